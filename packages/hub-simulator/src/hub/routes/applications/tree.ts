import type { Application, ApplicationTree } from '../../../types/argocd';
import type { HubRequest } from '../../HubRequest';
import { cachedState } from './cachedState';
import { findApplication } from './find';

/** `GET /api/v1/applications/{name}/resource-tree`, from Redis. */
export async function resourceTree(
  request: HubRequest,
): Promise<Partial<ApplicationTree>> {
  const { entry } = findApplication(request, { from: 'informer' });
  const tree = await treeOf(request, entry.object);
  const { nodes, orphanedNodes, hosts, shardsCount } = tree;
  // Go leaves out what is empty.
  return {
    ...(nodes.length && { nodes }),
    ...(orphanedNodes?.length && { orphanedNodes }),
    ...(hosts?.length && { hosts }),
    ...(shardsCount && { shardsCount }),
  };
}

export function treeOf(
  request: HubRequest,
  app: Application,
): Promise<ApplicationTree> {
  const { name, namespace } = app.metadata;
  const { trees } = request.state.redis;
  return cachedState(request, app, {
    read: () => trees.get(`${namespace}/${name}`),
    what: 'resource tree',
  });
}
