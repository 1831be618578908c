import { SpokeStatusError, type SpokeClient } from '../../net/SpokeClient';
import type { HubState } from '../../state/HubState';
import type { Application, ResourceStatus } from '../../types/argocd';
import { RESOURCE_TYPES } from '../../spoke/resources';
import { collectionPath } from './objects';
import { setConditions } from './status';

export const RESOURCES_FINALIZER = 'resources-finalizer.argocd.argoproj.io';

/** Deletes an application: at once, or after its finalizers have been served. */
export function requestDeletion(state: HubState, app: Application): void {
  const { name, namespace, finalizers } = app.metadata;
  if (!finalizers?.length) {
    state.applications.delete(name, namespace);
    return;
  }
  state.applications.update(name, namespace, draft => {
    draft.metadata.deletionTimestamp ??= state.clock.timestamp();
  });
}

/**
 * Deletes what an application made on its spoke, then the application. Without
 * a cluster the finalizers are dropped and the workloads stay. False when the
 * spoke did not let it happen: to be tried again.
 */
export async function deleteResources(
  state: HubState,
  client: SpokeClient,
  app: Application,
): Promise<boolean> {
  const { name, namespace } = app.metadata;
  const server = state.tryResolve(app.spec.destination);
  const cluster = server ? state.clusterByServer(server) : undefined;
  try {
    if (cluster) {
      for (const resource of app.status.resources ?? []) {
        await client
          .call(cluster.data, { method: 'DELETE', path: pathOf(resource) })
          .catch(ignoreNotFound);
      }
    }
    state.applications.delete(name, namespace);
    return true;
  } catch (error) {
    state.applications.update(name, namespace, draft => {
      const condition = {
        type: 'DeletionError',
        message: (error as Error).message,
      };
      const now = state.clock.timestamp();
      setConditions(draft, [condition], ['DeletionError'], now);
    });
    return false;
  }
}

function pathOf(resource: ResourceStatus): string {
  const type = RESOURCE_TYPES.find(
    each =>
      each.kind === resource.kind && each.group === (resource.group ?? ''),
  );
  if (!type) throw new Error(`no matches for kind "${resource.kind}"`);
  return `${collectionPath(type, resource.namespace)}/${resource.name}`;
}

function ignoreNotFound(error: unknown): void {
  if (error instanceof SpokeStatusError && error.code === 404) return;
  throw error;
}
