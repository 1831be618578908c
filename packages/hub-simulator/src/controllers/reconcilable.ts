import type { HubState } from '../state/HubState';
import type { Application, ClusterSecret } from '../types/argocd';
import type { KubernetesObject } from '../types/kubernetes';

const SKIP = 'argocd.argoproj.io/skip-reconcile';
/** What Go's strconv.ParseBool takes for true. */
const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];

/** Whether an object says that the controller shall leave it alone. */
function isSkipped({ metadata }: KubernetesObject): boolean {
  return TRUE.includes(metadata.annotations?.[SKIP] ?? '');
}

/** Whether a living controller looks after a cluster; one without Secret is the first's. */
export function isClusterHandled(
  state: HubState,
  cluster: ClusterSecret | undefined,
): boolean {
  const { shards, version } = state;
  if (!shards.isAlive(shards.shardOf(cluster))) return false;
  return !(cluster && version.isAtLeast('3.4') && isSkipped(cluster));
}

/** Whether a living controller looks after an application. */
export function isApplicationHandled(
  state: HubState,
  app: Application,
): boolean {
  if (isSkipped(app)) return false;
  const server = state.tryResolve(app.spec.destination);
  const cluster = server ? state.clusterByServer(server) : undefined;
  return isClusterHandled(state, cluster);
}
