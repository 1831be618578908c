import type { Application } from '../types/argocd';

type Read = (app: Application) => unknown;

const operationState =
  (
    read: (
      state: NonNullable<Application['status']['operationState']>,
    ) => unknown,
  ): Read =>
  ({ status }) =>
    status.operationState ? read(status.operationState) : undefined;

/**
 * The only names that `fields` of an application list knows in 3.5. A pointer or
 * map that is not set comes out as null; undefined leaves the field out.
 */
const LIST_FIELDS: Record<string, Read> = {
  'metadata.name': app => app.metadata.name,
  'metadata.namespace': app => app.metadata.namespace ?? '',
  'metadata.annotations': app => app.metadata.annotations ?? null,
  'metadata.labels': app => app.metadata.labels ?? null,
  'metadata.creationTimestamp': app => app.metadata.creationTimestamp ?? null,
  'metadata.deletionTimestamp': app => app.metadata.deletionTimestamp ?? null,
  spec: app => app.spec,
  'spec.destination': app => app.spec.destination,
  'spec.project': app => app.spec.project,
  'spec.source': app => app.spec.source ?? null,
  'spec.sources': app => app.spec.sources ?? null,
  'spec.sourceHydrator': () => null,
  'spec.syncPolicy': app => app.spec.syncPolicy ?? null,
  'status.sourceHydrator': app => app.status.sourceHydrator ?? {},
  'status.sync.status': app => app.status.sync.status,
  'status.sync.revision': app => app.status.sync.revision ?? '',
  'status.health': app => app.status.health,
  'status.summary': app => app.status.summary,
  'status.resources': app => app.status.resources,
  'status.operationState.phase': operationState(({ phase }) => phase),
  'status.operationState.startedAt': operationState(
    ({ startedAt }) => startedAt,
  ),
  'status.operationState.finishedAt': operationState(
    ({ finishedAt }) => finishedAt ?? null,
  ),
  // As in Argo CD, this name really gives the result.
  'status.operationState.operation.sync': operationState(
    ({ syncResult }) => syncResult ?? null,
  ),
  'operation.sync': app => app.operation && (app.operation.sync ?? null),
};

/** One item of a list, cut down to the fields asked for; unknown names give nothing. */
export function trimListItem(app: Application, fields: string[]): unknown {
  const item: Record<string, unknown> = {};
  for (const [field, read] of Object.entries(LIST_FIELDS)) {
    if (!fields.includes(`items.${field}`)) continue;
    const value = read(app);
    if (value !== undefined) put(item, field.split('.'), value);
  }
  return item;
}

function put(
  target: Record<string, unknown>,
  [key, ...rest]: string[],
  value: unknown,
): void {
  if (!rest.length) {
    target[key] = value;
    return;
  }
  target[key] ??= {};
  put(target[key] as Record<string, unknown>, rest, value);
}
