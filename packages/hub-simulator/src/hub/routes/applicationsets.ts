import { SetEvents } from '../../controllers/applicationset/SetEvents';
import { matchesSelector, parseSelector } from '../../labels';
import { CONTROL_PLANE } from '../../state/names';
import type { LabelSelector } from '../../types/kubernetes';
import { findSet, objectOf, projectOf, unknown } from '../applicationSetAccess';
import { shapeSet } from '../applicationSetShape';
import type { HubRequest, Route } from '../HubRequest';
import {
  createSet,
  deleteSet,
  generateApplications,
} from './applicationsetWrites';

const PATH = '/api/v1/applicationsets';

/** `/api/v1/applicationsets`. */
export const applicationSetRoutes: Route[] = [
  { method: 'GET', path: PATH, handle: list },
  {
    method: 'POST',
    path: PATH,
    handle: createSet,
    parameters: { upsert: 'bool', dryRun: 'bool' },
  },
  { method: 'POST', path: `${PATH}/generate`, handle: generateApplications },
  {
    method: 'GET',
    path: `${PATH}/:name`,
    handle: request => shapeSet(findSet(request)),
  },
  { method: 'DELETE', path: `${PATH}/:name`, handle: deleteSet },
  { method: 'GET', path: `${PATH}/:name/resource-tree`, handle: treeOf },
  { method: 'GET', path: `${PATH}/:name/events`, handle: events },
];

function list(request: HubRequest): unknown {
  const { state, view } = request;
  const projects = request.queryAll('projects');
  const namespace = request.query('appsetNamespace') || CONTROL_PLANE;
  const selector = readSelector(request.query('selector'));
  const items = view.applicationSets
    .list()
    .filter(
      set =>
        set.metadata.namespace === CONTROL_PLANE &&
        set.metadata.namespace === namespace &&
        (!projects.length || projects.includes(projectOf(set))) &&
        matchesSelector(selector, set.metadata.labels) &&
        request.may('applicationsets', 'get', objectOf(set)),
    )
    .map(shapeSet);
  return { metadata: { resourceVersion: state.revisions.last }, items };
}

/** The applications that the status of a set lists. */
function treeOf(request: HubRequest): unknown {
  const { metadata, status } = findSet(request);
  const { name, namespace, uid } = metadata;
  const parent = {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'ApplicationSet',
    namespace,
    name,
    uid,
  };
  const nodes = (status?.resources ?? []).map(
    ({ group, version, kind, name: child, health }) => ({
      group,
      version,
      kind,
      namespace,
      name: child,
      parentRefs: [parent],
      ...(health && { health }),
    }),
  );
  return nodes.length ? { nodes } : {};
}

function events(request: HubRequest): unknown {
  const items = SetEvents.of(request.state).list(findSet(request));
  const resourceVersion = request.state.revisions.last;
  return { metadata: { resourceVersion }, items };
}

function readSelector(text: string): LabelSelector | undefined {
  try {
    return text ? parseSelector(text) : undefined;
  } catch (error) {
    throw unknown(`error parsing the selector: ${(error as Error).message}`);
  }
}
