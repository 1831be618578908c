import type { SpokeClient } from '../../net/SpokeClient';
import type { Application, ApplicationTree } from '../../types/argocd';
import { sourceOf } from '../../controllers/application/compare';
import { ApiError, Code, fromSpoke, invalidArgument } from '../errors';
import { type HubRequest, type Route } from '../HubRequest';
import { findApplication, refresh } from './applications';

/** What is read about one application: tree, events, revisions, sync windows. */
export function applicationDetailRoutes(client: SpokeClient): Route[] {
  const path = '/api/v1/applications/:name';
  return [
    {
      method: 'GET',
      path: `${path}/resource-tree`,
      handle: request => treeOf(request, findApplication(request).object),
    },
    {
      method: 'GET',
      path: `${path}/events`,
      handle: request => events(request, client),
    },
    {
      method: 'GET',
      path: `${path}/revisions/:revision/metadata`,
      handle: revision,
    },
    {
      method: 'GET',
      path: `${path}/syncwindows`,
      handle: request => {
        findApplication(request);
        return { canSync: true };
      },
    },
    {
      method: 'GET',
      path: `${path}/links`,
      handle: request => {
        findApplication(request);
        return { items: [] };
      },
    },
  ];
}

/**
 * From Redis. On a miss argocd-server fails with the application's error
 * conditions; without any it asks for a refresh and waits.
 */
async function treeOf(
  request: HubRequest,
  app: Application,
): Promise<ApplicationTree> {
  const { name, namespace } = app.metadata;
  const cached = () => request.state.redis.trees.get(`${namespace}/${name}`);
  const conditions = app.status.conditions ?? [];
  if (!cached() && !conditions.length) await refresh(request, app, 'normal');
  const tree = cached();
  if (tree) return tree;
  const reasons = conditions.map(({ message }) => message).join(';');
  throw new ApiError(
    Code.Unknown,
    `error getting cached app resource tree: ${
      reasons || 'cache: key is missing'
    }`,
  );
}

/** Events of the application, or, live from its spoke, of one of its resources. */
async function events(
  request: HubRequest,
  client: SpokeClient,
): Promise<unknown> {
  const app = findApplication(request).object;
  const uid = request.query('resourceUID');
  const name = request.query('resourceName');
  const namespace = request.query('resourceNamespace');
  if (!name && !namespace && !uid) return { metadata: {}, items: [] };
  let tree: ApplicationTree;
  try {
    tree = await treeOf(request, app);
  } catch (error) {
    throw new ApiError(
      Code.Unknown,
      `error getting app resources: ${(error as Error).message}`,
    );
  }
  const isPart = tree.nodes.some(
    node =>
      node.uid === uid &&
      node.name === name &&
      (node.namespace ?? '') === namespace,
  );
  if (!isPart) {
    throw invalidArgument(
      `${name} not found as part of application ${app.metadata.name}`,
    );
  }
  return listEvents(request, client, app, { uid, name, namespace });
}

async function listEvents(
  { state, signal }: HubRequest,
  client: SpokeClient,
  app: Application,
  object: { uid: string; name: string; namespace: string },
): Promise<unknown> {
  const cluster = state.clusterByServer(serverOf(state, app));
  if (!cluster) {
    throw new ApiError(
      Code.NotFound,
      `cluster "${app.spec.destination.server}" not found`,
    );
  }
  const selector = [
    `involvedObject.name=${object.name}`,
    `involvedObject.namespace=${object.namespace}`,
    `involvedObject.uid=${object.uid}`,
  ].join(',');
  const scope = object.namespace ? `/namespaces/${object.namespace}` : '';
  const path = `/api/v1${scope}/events?fieldSelector=${encodeURIComponent(
    selector,
  )}`;
  try {
    const list = await client.call<{ metadata: unknown; items: unknown[] }>(
      cluster.data,
      { path, signal },
    );
    return { metadata: list.metadata, items: list.items };
  } catch (error) {
    throw fromSpoke(error, 'error listing resource events: ');
  }
}

function serverOf(state: HubRequest['state'], app: Application): string {
  try {
    return state.resolve(app.spec.destination);
  } catch (error) {
    throw new ApiError(
      Code.Unknown,
      `error getting application cluster config: error validating destination: ${
        (error as Error).message
      }`,
    );
  }
}

function revision(request: HubRequest): unknown {
  const app = findApplication(request).object;
  const { repoURL } = sourceOf(app);
  const wanted = request.params.revision;
  const commit = request.state.repositories.get(repoURL)?.find(wanted);
  if (!commit) {
    throw new ApiError(
      Code.Unknown,
      `unable to resolve git revision: Unable to resolve '${wanted}' to a commit SHA`,
    );
  }
  const { author, date, message } = commit;
  return { author, date, message };
}
