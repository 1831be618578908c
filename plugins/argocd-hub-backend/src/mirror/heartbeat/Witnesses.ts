import { IN_CLUSTER_SERVER } from 'backstage-plugin-argocd-hub-common';
import { hubSuspectedSince } from 'backstage-plugin-argocd-hub-common/status';
import type { ClusterRecord } from '../../store/ClusterStore';
import type { ClusterBoard } from '../ClusterBoard';

const PROOFS = 2;

/** What clusters show about each other: that heartbeats work here at all, and that the hub is at fault. */
export class Witnesses {
  /** So many other answers tell whether a cluster or the hub is at fault. */
  static readonly ENOUGH = 5;

  readonly #board: ClusterBoard;
  /** Where a heartbeat once succeeded: two of them tell of every cluster whether one did elsewhere. */
  readonly #proven = new Set<string>();

  constructor(board: ClusterBoard) {
    this.#board = board;
  }

  /** Clusters whose answer would tell more than that of a failing one. */
  list(): ClusterRecord[] {
    return this.#board
      .list()
      .filter(cluster => isProbed(cluster) && isSpoke(cluster))
      .filter(cluster => !isFailing(cluster));
  }

  /** To be called after every heartbeat. */
  weigh(): void {
    const clusters = this.#board.list().filter(isProbed);
    const spokes = clusters.filter(isSpoke);
    for (const { name } of spokes.filter(isProven)) {
      if (this.#proven.size < PROOFS) {
        this.#proven.add(name);
      }
    }
    const suspectedSince = hubSuspectedSince(
      spokes
        .filter(({ facts }) => facts.verdict?.reachability !== 'unreachable')
        .map(({ facts }) => facts.heartbeat),
      clusters[0]?.facts.heartbeatIntervalMs ?? 0,
    );
    for (const { name, facts } of clusters) {
      const provenElsewhere =
        facts.provenElsewhere ||
        this.#proven.size > (this.#proven.has(name) ? 1 : 0);
      if (
        provenElsewhere !== facts.provenElsewhere ||
        suspectedSince !== facts.hubSuspectedSince
      ) {
        this.#board.update(name, {
          provenElsewhere,
          hubSuspectedSince: suspectedSince,
        });
      }
    }
  }
}

/** Clusters without an application have nothing to ask for; those of argocd-agent need no asking. */
export function isProbed({ facts }: ClusterRecord): boolean {
  return facts.applications > 0 && !facts.agent;
}

/** Whether something speaks against it, so that it is asked more often. */
export function isFailing({ facts }: ClusterRecord): boolean {
  const { heartbeat, verdict } = facts;
  return (
    heartbeat.failures > 0 ||
    heartbeat.suspectAt !== undefined ||
    verdict?.reachability === 'unreachable' ||
    verdict?.reachability === 'suspect'
  );
}

/** The hub's own cluster needs no network that spokes need. */
function isSpoke({ server }: ClusterRecord): boolean {
  return server !== IN_CLUSTER_SERVER;
}

function isProven({ facts }: ClusterRecord): boolean {
  return facts.heartbeat.goodAt !== undefined;
}
