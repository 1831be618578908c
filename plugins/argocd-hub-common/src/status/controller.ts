import type { ClusterFacts } from './facts';
import { past } from './time';

const SILENT_AFTER_MS = 5 * 60_000;

/**
 * Whether nobody computes the states of the applications on this cluster any
 * more. The controller of a cluster moves `attemptedAt` about every 20 seconds,
 * whatever the cluster does. It does not for clusters of argocd-agent, nor for
 * those that it was told to skip.
 *
 * @param now - milliseconds since the epoch
 * @public
 */
export function controllerSilent(
  cluster: Pick<
    ClusterFacts,
    'applications' | 'agent' | 'skipReconcile' | 'connection'
  >,
  now: number,
): boolean {
  if (cluster.agent || cluster.skipReconcile || cluster.applications === 0) {
    return false;
  }
  const movedAt = past(cluster.connection.attemptedMovedAt, now);
  return movedAt === undefined || now - movedAt >= SILENT_AFTER_MS;
}
