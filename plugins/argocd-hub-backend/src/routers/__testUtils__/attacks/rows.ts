/** How a route is asked when nobody attacks it. */
export interface AttackedRoute {
  /** Parts of the path by their name. */
  parts?: Record<string, string>;
  body?: object;
  /** Default: 200. */
  status?: number;
}

const ENTITY = { kind: 'component', namespace: 'default', name: 'agent' };
const CLUSTER = { hub: 'main', cluster: 'prod' };
const DEPLOYMENT = { hub: 'main', namespace: 'argocd', name: 'agent-prod' };
/** Refused before anybody is called: there is no such credential. */
const REGISTRATION = {
  body: { hub: 'main', name: 'perf', credential: { name: 'none' } },
  status: 400,
};

/** Every route of the router; one that is missing fails. */
export const ROUTES: Record<string, AttackedRoute> = {
  'GET /entities/:kind/:namespace/:name/deployments': { parts: ENTITY },
  'GET /entities/:kind/:namespace/:name/explain': { parts: ENTITY },
  'GET /entities/:kind/:namespace/:name/history': { parts: ENTITY },
  'POST /entities/deployments/by-refs': {
    body: { entityRefs: ['component:default/agent'] },
  },
  'GET /openapi.json': {},
  'GET /hubs': {},
  'GET /clusters': {},
  'GET /clusters/:hub/:cluster': { parts: CLUSTER },
  'GET /clusters/:hub/:cluster/deployments': { parts: CLUSTER },
  'GET /deployments': {},
  'GET /placements': {},
  'GET /deployments/:hub/:namespace/:name': { parts: DEPLOYMENT },
  'GET /applicationsets/:hub/:namespace/:name': {
    parts: { hub: 'main', namespace: 'argocd', name: 'agent-multi-cluster' },
  },
  'POST /deployments/:hub/:namespace/:name/refresh': {
    parts: DEPLOYMENT,
    status: 202,
  },
  'POST /clusters/plan': REGISTRATION,
  'POST /clusters': REGISTRATION,
  'PATCH /clusters/:hub/:cluster/labels': {
    parts: { hub: 'gone', cluster: 'prod' },
    body: { labels: { env: 'x' } },
    status: 404,
  },
};

/** The path of a route with other parts than usual, which are sent as they are. */
export function pathOf(
  route: string,
  parts: Record<string, string> = {},
): string {
  const [, path] = route.split(' ');
  const all = { ...ROUTES[route].parts, ...parts };
  return path.replace(/:(\w+)/g, (_, name) => all[name]);
}
