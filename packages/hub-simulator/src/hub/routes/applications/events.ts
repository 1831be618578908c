import type { SpokeClient } from '../../../net/SpokeClient';
import type { Application } from '../../../types/argocd';
import type { GenericObject } from '../../../types/kubernetes';
import { fromSpoke, invalidArgument } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { clusterOf } from './destination';
import { findApplication } from './find';
import { treeOf } from './tree';
import { wrapped } from '../../wrapped';

interface EventList {
  metadata: unknown;
  items: GenericObject[] | null;
}

/** Fields of an event that are there even if empty. */
const ALWAYS = {
  metadata: {},
  involvedObject: {},
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
};

/**
 * `GET /api/v1/applications/{name}/events`: of the application itself, from the
 * hub; with a resource, of that resource, live from the spoke.
 */
export async function events(
  request: HubRequest,
  client: SpokeClient,
): Promise<EventList> {
  const { entry } = findApplication(request, { from: 'informer' });
  const uid = request.query('resourceUID');
  const name = request.query('resourceName');
  if (!name && !uid) {
    const { state } = request;
    const { last } = state.revisions;
    return {
      metadata: { resourceVersion: last },
      items: state.events.of(entry.object).map(shapeOf),
    };
  }
  const app = entry.object;
  const namespace = request.query('resourceNamespace');
  await findNode(request, app, { uid, name, namespace });
  return listEvents(request, client, app);
}

/** Before the spoke is touched, the resource must be one of the application's. */
async function findNode(
  request: HubRequest,
  app: Application,
  wanted: { uid: string; name: string; namespace: string },
): Promise<void> {
  const tree = await appResources(request, app);
  const nodes = [...tree.nodes, ...(tree.orphanedNodes ?? [])];
  const isPart = nodes.some(
    ({ uid, name, namespace = '' }) =>
      uid === wanted.uid &&
      name === wanted.name &&
      namespace === wanted.namespace,
  );
  if (isPart) return;
  throw invalidArgument(
    `${wanted.name} not found as part of application ${app.metadata.name}`,
  );
}

/** The tree, for a live read. */
export async function appResources(request: HubRequest, app: Application) {
  try {
    return await treeOf(request, app);
  } catch (error) {
    throw wrapped('error getting app resources: ', error);
  }
}

async function listEvents(
  request: HubRequest,
  client: SpokeClient,
  app: Application,
): Promise<EventList> {
  const { signal, state, view } = request;
  const cluster = clusterOf(request, app);
  await state.cost.liveRead(view);
  if (!cluster) return { metadata: {}, items: [] };
  const namespace = request.query('resourceNamespace');
  const selector = [
    `involvedObject.name=${request.query('resourceName')}`,
    `involvedObject.namespace=${namespace}`,
    `involvedObject.uid=${request.query('resourceUID')}`,
  ].join(',');
  const scope = namespace ? `/namespaces/${namespace}` : '';
  const query = `fieldSelector=${encodeURIComponent(selector)}`;
  const path = `/api/v1${scope}/events?${query}`;
  try {
    const list = await client.call<EventList>(cluster.data, {
      path,
      signal,
      subject: 'get events',
    });
    return {
      metadata: list.metadata ?? {},
      items: (list.items ?? []).map(shapeOf),
    };
  } catch (error) {
    throw fromSpoke(error, 'error listing resource events: ');
  }
}

/** An event as argocd-server passes it on: typed, so without kind and version. */
function shapeOf(event: object): GenericObject {
  const { kind, apiVersion, ...rest } = event as GenericObject;
  return { ...ALWAYS, ...rest };
}
