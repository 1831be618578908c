import type { SpokeClient } from '../../../net/SpokeClient';
import type { Application, ResourceNode } from '../../../types/argocd';
import type { GenericObject } from '../../../types/kubernetes';
import { ApiError, Code, fromSpoke, invalidArgument } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { clusterOf } from './destination';
import { appResources } from './events';
import { findApplication } from './find';
import { isSecret, maskSecrets } from './secrets';

const PREFIX = 'error getting resource: ';

interface ApiResources {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/**
 * `GET /api/v1/applications/{name}/resource`: one object, live from the spoke,
 * a Secret without its values.
 */
export async function liveResource(
  request: HubRequest,
  client: SpokeClient,
): Promise<{ manifest: string }> {
  const { entry } = findApplication(request, { from: 'informer' });
  const node = await findNode(request, entry.object);
  const object = await read(request, client, { app: entry.object, node });
  const shown = isSecret(object) ? maskSecrets([object])[0] : object;
  return { manifest: JSON.stringify(shown) };
}

/** A resource of the application that exists, by group, kind, namespace and name. */
async function findNode(
  request: HubRequest,
  app: Application,
): Promise<ResourceNode> {
  const tree = await appResources(request, app);
  const [group, kind, namespace, name] = [
    'group',
    'kind',
    'namespace',
    'resourceName',
  ].map(key => request.query(key));
  const nodes = [...tree.nodes, ...(tree.orphanedNodes ?? [])];
  const found = nodes.find(
    node =>
      (node.group ?? '') === group &&
      node.kind === kind &&
      (node.namespace ?? '') === namespace &&
      node.name === name,
  );
  if (found?.uid) return found;
  throw invalidArgument(
    `${kind} ${group} ${name} not found as part of application ${app.metadata.name}`,
  );
}

/** Discovers the kind, then gets the object. */
async function read(
  request: HubRequest,
  client: SpokeClient,
  { app, node }: { app: Application; node: ResourceNode },
): Promise<GenericObject> {
  const { signal, state, view } = request;
  const cluster = clusterOf(request, app);
  await state.cost.liveRead(view);
  const { group = '', kind, namespace, name } = node;
  const version = request.query('version') || node.version;
  const missing = `${PREFIX}the server could not find the requested resource`;
  if (!cluster) throw new ApiError(Code.NotFound, missing);
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
  try {
    const { data } = cluster;
    const { resources } = await client.call<ApiResources>(data, {
      path: `${root}?timeout=32s`,
      signal,
    });
    const type = resources.find(
      each => each.kind === kind && !each.name.includes('/'),
    );
    if (!type) throw new ApiError(Code.NotFound, missing);
    const scope =
      type.namespaced && namespace ? `/namespaces/${namespace}` : '';
    const path = `${root}${scope}/${type.name}/${name}`;
    return await client.call<GenericObject>(data, { path, signal });
  } catch (error) {
    throw fromSpoke(error, PREFIX);
  }
}
