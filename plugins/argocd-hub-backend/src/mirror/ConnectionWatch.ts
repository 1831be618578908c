import {
  type ClusterFacts,
  reasonOfMessage,
} from 'backstage-plugin-argocd-hub-common/status';
import type { ListedConnection } from './trimCluster';

/** `attemptedAt` moves every 20 seconds; so often it is worth a write. */
const NOTE_EVERY_MS = 60_000;

type Connection = ClusterFacts['connection'];

/** A value of `attemptedAt`, and when it came, by our clock. */
interface Move {
  attemptedAt: string;
  at: number;
}

interface Seen {
  facts: Connection;
  /** The present value; absent where the hub has none. */
  last?: Move;
  /** What is stored: the same or one of a short while before. */
  noted?: Move;
  /** From before a restart: what came in between was not seen. */
  isOld?: true;
}

const STATUS: Connection['status'][] = ['Successful', 'Failed', 'Unknown'];

/**
 * Turns what the hub says of its connection to a cluster into facts. A moment
 * that the hub writes is only compared with itself, as its clock is not ours.
 */
export class ConnectionWatch {
  readonly #seen = new Map<string, Seen>();

  /** Starts from what was stored before a restart. */
  remember(server: string, facts: Connection): void {
    const { attemptedAt, attemptedMovedAt: at } = facts;
    if (!this.#seen.has(server)) {
      const noted =
        attemptedAt && at !== undefined ? { attemptedAt, at } : undefined;
      this.#seen.set(server, { facts, last: noted, noted, isOld: true });
    }
  }

  /** @param now - milliseconds since the epoch */
  see(
    server: string,
    { status, message, attemptedAt }: ListedConnection,
    now: number,
  ): Connection {
    const before = this.#seen.get(server);
    const last = attemptedAt ? lastMove(before, attemptedAt, now) : undefined;
    const noted = last && worthNoting(before?.noted, last, now);
    const known = STATUS.find(one => one === status) ?? '';
    const since = before?.facts.status === known ? before.facts.since : now;
    const facts: Connection = {
      status: known,
      since: Math.min(since ?? now, now),
      ...(noted && {
        attemptedMovedAt: noted.at,
        attemptedAt: noted.attemptedAt,
      }),
      ...(known === 'Failed' && { reason: reasonOfMessage(message) }),
    };
    this.#seen.set(server, { facts, last, noted });
    return facts;
  }

  /** Forgets those that are not listed any more: one that comes back is another one. */
  retain(servers: { has(server: string): boolean }): void {
    for (const server of this.#seen.keys()) {
      if (!servers.has(server)) {
        this.#seen.delete(server);
      }
    }
  }
}

function lastMove(
  before: Seen | undefined,
  attemptedAt: string,
  now: number,
): Move {
  const last = before?.last;
  const written = Date.parse(attemptedAt);
  if (!last) {
    // The first sight does not show whether it moves: for once the hub's clock is believed.
    return { attemptedAt, at: Math.min(now, written || now) };
  }
  if (last.attemptedAt === attemptedAt) {
    return { attemptedAt, at: Math.min(now, last.at) };
  }
  if (before.isOld) {
    // How far the hub's clock went on tells when, whatever it shows.
    const went = written - Date.parse(last.attemptedAt);
    return { attemptedAt, at: Math.min(now, last.at + Math.max(0, went || 0)) };
  }
  return { attemptedAt, at: now };
}

/** Not every move is worth a write, but the last one is. */
function worthNoting(noted: Move | undefined, last: Move, now: number): Move {
  const isFresh =
    noted && noted.at <= now && last.at - noted.at < NOTE_EVERY_MS;
  const stands = now - last.at >= NOTE_EVERY_MS;
  return isFresh && !stands ? noted : last;
}
