import type { Random } from '../random';
import type { ArgoVersion } from '../state/ArgoVersion';
import type { Application } from '../types/argocd';
import { ApiError, Code } from './errors';

type Read = (app: Application) => unknown;
type State = NonNullable<Application['status']['operationState']>;
type Spec = Application['spec'] & { sourceHydrator?: unknown };

interface Field {
  read: Read;
  /** the release that brought the field; default: known for ever */
  since?: string;
}

const ofOperation =
  (read: (state: State) => unknown): Read =>
  ({ status }) =>
    status.operationState ? read(status.operationState) : undefined;

const ofSpec = (read: (spec: Spec) => unknown): Field => ({
  read: ({ spec }) => read(spec) ?? null,
  since: '3.5',
});

/**
 * The only names that `fields` of an application list knows. A pointer, map or
 * slice that is not set comes out as null; undefined leaves the field out.
 */
const FIELDS: Record<string, Field> = {
  'metadata.annotations': { read: app => app.metadata.annotations ?? null },
  'metadata.creationTimestamp': {
    read: app => app.metadata.creationTimestamp ?? null,
  },
  'metadata.deletionTimestamp': {
    read: app => app.metadata.deletionTimestamp ?? null,
  },
  'metadata.labels': { read: app => app.metadata.labels ?? null },
  'metadata.name': { read: app => app.metadata.name },
  'metadata.namespace': { read: app => app.metadata.namespace ?? '' },
  'operation.sync': {
    read: app => app.operation && (app.operation.sync ?? null),
  },
  spec: { read: app => app.spec },
  'spec.destination': ofSpec(spec => spec.destination),
  'spec.project': ofSpec(spec => spec.project ?? ''),
  'spec.source': ofSpec(spec => spec.source),
  'spec.sourceHydrator': ofSpec(spec => spec.sourceHydrator),
  'spec.sources': ofSpec(spec => spec.sources),
  'spec.syncPolicy': ofSpec(spec => spec.syncPolicy),
  'status.health': { read: app => app.status.health },
  'status.operationState.finishedAt': {
    read: ofOperation(({ finishedAt }) => finishedAt ?? null),
  },
  // As in Argo CD, this name really gives the result.
  'status.operationState.operation.sync': {
    read: ofOperation(({ syncResult }) => syncResult ?? null),
  },
  'status.operationState.phase': { read: ofOperation(({ phase }) => phase) },
  'status.operationState.startedAt': {
    read: ofOperation(({ startedAt }) => startedAt),
  },
  'status.resources': {
    read: ({ status }) =>
      status.resources?.length ? status.resources : undefined,
  },
  'status.sourceHydrator': {
    read: app => app.status.sourceHydrator ?? {},
    since: '3.2',
  },
  'status.summary': { read: app => app.status.summary },
  'status.sync.revision': {
    read: app => app.status.sync.revision ?? '',
    since: '3.5',
  },
  'status.sync.status': { read: app => app.status.sync.status },
};

/** Fields that can be most of an application. */
const BULKY = ['status.resources', 'status.operationState.operation.sync'];

/** An application without all that no list can show, and without the bulky rest. */
export function essenceOf(app: Application): unknown {
  const { metadata, spec, status, operation } = app;
  const { phase, startedAt, finishedAt } = status.operationState ?? {};
  const { name, namespace, labels, annotations } = metadata;
  const { creationTimestamp, deletionTimestamp } = metadata;
  return {
    metadata: {
      name,
      namespace,
      labels,
      annotations,
      creationTimestamp,
      deletionTimestamp,
    },
    spec,
    status: {
      sync: { status: status.sync.status, revision: status.sync.revision },
      health: status.health,
      summary: status.summary,
      sourceHydrator: status.sourceHydrator,
      ...(status.operationState && {
        operationState: { phase, startedAt, finishedAt },
      }),
    },
    ...(operation && { operation: { sync: operation.sync } }),
  };
}

/** The `fields` of one application list. */
export class ListFields {
  /** the names that count, sorted; the same for every query that means the same */
  readonly names: readonly string[];
  readonly key: string;
  /** whether {@link essenceOf} has everything that is asked for */
  readonly isSlim: boolean;

  private constructor(names: readonly string[]) {
    this.names = names;
    this.key = `list ${names.join()}`;
    this.isSlim = !names.some(name => BULKY.includes(name));
  }

  /**
   * Reads the query: names with `items.` before them, all of the set but those
   * after a leading `-`. Names that the release does not know are dropped.
   */
  static parse(query: string, version: ArgoVersion): ListFields {
    const excludes = query.startsWith('-');
    const asked = new Set((excludes ? query.slice(1) : query).split(','));
    const names = Object.keys(FIELDS).filter(name => {
      const { since } = FIELDS[name];
      if (since && !version.isAtLeast(since)) return false;
      return asked.has(`items.${name}`) !== excludes;
    });
    return new ListFields(names.sort());
  }

  /** One item, cut down to the fields, as JSON. */
  trim(app: Application): string {
    const item: Record<string, unknown> = {};
    const isWhole = this.names.includes('spec');
    for (const name of this.names) {
      // Where both were asked for and nothing failed, the whole was put in last.
      if (isWhole && name.startsWith('spec.')) continue;
      const value = FIELDS[name].read(app);
      if (value !== undefined) put(item, name.split('.'), value);
    }
    return JSON.stringify(item);
  }

  /**
   * `spec` beside a part of it fails unless, for every single item, Go happens
   * to come upon `spec` last when it walks the map of fields in random order.
   *
   * @throws ApiError 500
   */
  meetConflicts(items: number, random: Random): void {
    const parts = this.names.filter(name => name.startsWith('spec.'));
    if (!parts.length || !this.names.includes('spec')) return;
    for (let item = 0; item < items; item += 1) {
      const order = random.shuffle(['spec', ...parts]);
      const victim = order[order.indexOf('spec') + 1];
      if (!victim) continue;
      throw new ApiError(Code.Unknown, `field ${victim} is not a map`);
    }
  }
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
