import {
  type ClusterFacts,
  reasonOfMessage,
} from 'backstage-plugin-argocd-hub-common';
import type { ArgoCluster } from '../hub/types';

/** `attemptedAt` moves every 20 seconds; so often it is worth a write. */
const NOTE_EVERY_MS = 60_000;

type Connection = ClusterFacts['connection'];

const STATUS: Connection['status'][] = ['Successful', 'Failed', 'Unknown'];

/**
 * Turns what the hub says of its connection to a cluster into facts. A moment
 * that the hub writes is only compared with itself, as its clock is not ours.
 */
export class ConnectionWatch {
  readonly #seen = new Map<
    string,
    { attemptedAt: string; facts: Connection }
  >();

  /** Starts from what was stored before a restart. */
  remember(server: string, facts: Connection): void {
    if (!this.#seen.has(server)) {
      this.#seen.set(server, { attemptedAt: '', facts });
    }
  }

  /** @param now - milliseconds since the epoch */
  see(cluster: ArgoCluster, now: number): Connection {
    const { status, message, attemptedAt } =
      cluster.info?.connectionState ?? {};
    const before = this.#seen.get(cluster.server);
    const known = STATUS.find(one => one === status) ?? '';
    const facts: Connection = {
      status: known,
      since: before?.facts.status === known ? before.facts.since : now,
      attemptedMovedAt: attemptedAt
        ? movedAt(before, attemptedAt, now)
        : undefined,
      ...(known === 'Failed' && { reason: reasonOfMessage(message) }),
    };
    this.#seen.set(cluster.server, { attemptedAt: attemptedAt ?? '', facts });
    return facts;
  }
}

function movedAt(
  before: { attemptedAt: string; facts: Connection } | undefined,
  attemptedAt: string,
  now: number,
): number {
  const noted = before?.facts.attemptedMovedAt;
  if (!before?.attemptedAt) {
    // The first sight does not show whether it moves: for once the hub's clock is believed.
    return Math.max(noted ?? 0, Math.min(now, Date.parse(attemptedAt) || now));
  }
  if (before.attemptedAt === attemptedAt) {
    return noted ?? now;
  }
  return noted !== undefined && now - noted < NOTE_EVERY_MS ? noted : now;
}
