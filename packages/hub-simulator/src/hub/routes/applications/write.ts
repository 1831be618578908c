import { serverManager } from '../../../state/managedFields';
import type { Application } from '../../../types/argocd';
import { ApiError, Code } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { notFound } from './find';
import { checkStorable } from './validate';

/** argocd-server waits so long for its informer to see what it wrote. */
const SYNC_MS = 2000;

/** Stores a changed spec and metadata, and waits until the replica has seen it. */
export async function updateApplication(
  request: HubRequest,
  {
    current,
    wanted,
    merges,
  }: {
    current: Application;
    wanted: Application;
    /** labels and annotations are added to those that are there */
    merges: boolean;
  },
): Promise<Application> {
  const { state } = request;
  const prefix = 'error updating application: ';
  checkStorable(wanted, prefix);
  const { name, namespace } = current.metadata;
  const updated = state.applications.update(name, namespace, draft => {
    const { metadata } = draft;
    const { labels, annotations, finalizers } = wanted.metadata;
    draft.spec = wanted.spec;
    metadata.labels = merges ? merged(metadata.labels, labels) : labels;
    metadata.annotations = merges
      ? merged(metadata.annotations, annotations)
      : annotations;
    metadata.finalizers = finalizers;
  });
  if (!updated) {
    const { message } = notFound(name);
    throw new ApiError(Code.NotFound, `${prefix}${message}`);
  }
  const action = 'updated application spec';
  recordCall(request, updated, { reason: 'ResourceUpdated', action });
  await seen(request, updated);
  return updated;
}

/** Stores a new application as the API server would fill it in. */
export async function createApplication(
  request: HubRequest,
  app: Application,
): Promise<Application> {
  const { state } = request;
  const { metadata } = app;
  const now = state.clock.timestamp();
  const created = state.applications.create({
    ...app,
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      ...(metadata.labels && { labels: metadata.labels }),
      ...(metadata.annotations && { annotations: metadata.annotations }),
      ...(metadata.finalizers?.length && { finalizers: metadata.finalizers }),
      ...(metadata.ownerReferences?.length && {
        ownerReferences: metadata.ownerReferences,
      }),
      managedFields: [serverManager(app, now)],
    },
  });
  const action = 'created application';
  recordCall(request, created, { reason: 'ResourceCreated', action });
  await seen(request, created);
  return created;
}

/** Writes an event about a call, as Kubernetes keeps it. */
export function recordCall(
  { state, session }: HubRequest,
  app: Application,
  call: { reason: string; action: string },
): void {
  const user = session?.username || 'Unknown user';
  state.events.recordCall(app, { user, ...call });
}

/** Resolves when the answering replica has seen a write, at the latest after 2 s. */
async function seen(
  { state, view }: HubRequest,
  { metadata }: Application,
): Promise<void> {
  const { name, namespace, resourceVersion } = metadata;
  const isSeen = () =>
    (view.applications.entry(name, namespace)?.resourceVersion ?? 0) >=
    Number(resourceVersion);
  if (isSeen()) return;
  await new Promise<void>(resolve => {
    const stop = view.applications.subscribe(() => {
      if (!isSeen()) return;
      stop();
      resolve();
    });
    state.clock.after(SYNC_MS, () => {
      stop();
      resolve();
    });
  });
}

function merged(
  current: Record<string, string> | undefined,
  wanted: Record<string, string> | undefined,
): Record<string, string> | undefined {
  return current || wanted ? { ...current, ...wanted } : undefined;
}
