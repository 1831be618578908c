import { hash } from 'node:crypto';
import type {
  ClusterSummary,
  HubStatus,
} from 'backstage-plugin-argocd-hub-common';
import type { ClusterState } from 'backstage-plugin-argocd-hub-common/status';

/**
 * Changes when a reader would see a difference. Contact with a live hub and
 * heartbeats, good or not, renew their times every few seconds and say nothing
 * new, so those times are left out. When a state began counts, and so does the
 * last contact with a hub that is lost: it stands still.
 *
 * @param parts - all that an answer says, without what moves by itself
 */
export function versionOf(...parts: string[]): string {
  return digestOf(...parts).slice(0, 22);
}

export function digestOf(...texts: string[]): string {
  return hash('sha256', texts.join('\n'), 'base64url');
}

/** What is said of a hub, but for contact while it is live. */
export function hubFingerprint(hub: HubStatus): string {
  const { observedAt, ...rest } = hub;
  return JSON.stringify(hub.freshness === 'live' ? rest : hub);
}

/** What is said of a cluster and of the states there, but for the times of heartbeats. */
export function clusterFingerprint(
  summary: ClusterSummary,
  state: ClusterState,
): string {
  const { observedAt, ...verdict } = summary.verdict;
  const evidence = verdict.evidence.map(item => ({ ...item, at: '' }));
  const { controllerSilent, controllerSilentSince, frozen } = state;
  const told = JSON.stringify([
    { ...summary, verdict: { ...verdict, evidence } },
    frozen,
    // While it is heard, the last sign of life moves.
    controllerSilent && [controllerSilentSince],
  ]);
  return digestOf(told);
}
