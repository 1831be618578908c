import type { Application } from '../../../types/argocd';
import type { GenericObject } from '../../../types/kubernetes';
import { groupOf } from '../objects';
import type { SpokeWriter } from './SpokeWriter';
import { SyncTask } from './SyncTask';

/**
 * The task that makes the application's namespace (`CreateNamespace=true`),
 * undefined when it is there or among the manifests. Throws when the spoke
 * cannot be asked.
 */
export async function namespaceTask(
  app: Application,
  targets: readonly GenericObject[],
  writer: SpokeWriter,
): Promise<SyncTask | undefined> {
  const { namespace: name } = app.spec.destination;
  const isWanted = targets.some(
    object =>
      object.kind === 'Namespace' &&
      !groupOf(object) &&
      object.metadata.name === name,
  );
  if (!name || isWanted) return undefined;
  const wanted = app.spec.syncPolicy?.managedNamespaceMetadata;
  const target: GenericObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      ...(wanted?.labels && { labels: wanted.labels }),
      ...(wanted?.annotations && { annotations: wanted.annotations }),
    },
  };
  const live = await writer.get(target);
  if (live && !wanted) return undefined;
  return new SyncTask({ phase: 'PreSync', target, live });
}
