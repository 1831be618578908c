import type { Effort } from './measure/rounds';

/** A hub that is measured against. */
export interface Size {
  applications: number;
  clusters: number;
}

/** Clusters of one service at most; see `packages/hub-simulator`. */
export const CELL = 50;
/** Clusters of the service that most targets speak of. */
export const SMALL = 10;
/** Compared with itself on a small hub from here on. */
export const BIG = 50_000;

/** How thorough a run is. */
export interface Settings {
  quick: boolean;
  sizes: Size[];
  /** ordinary views */
  effort: Effort;
  /** those that take seconds */
  slow: Effort;
  /** how many changes are timed */
  changes: number;
  idleMs: number;
  /** the hubs on which permissions are measured too */
  permissionsAt: number[];
  /** the hub on which the cost of many entities is measured */
  mappingAt?: number;
  /** how long a hub may take to be mirrored before we go on without */
  completeMs: number;
}

const HEADLINE: Size = { applications: 5_000, clusters: 50 };
/** The hub on which the way of changes to open pages is measured. */
export const LIVE_AT: Size = { applications: 10_000, clusters: 100 };

export const QUICK: Settings = {
  quick: true,
  sizes: [{ applications: 200, clusters: 10 }, HEADLINE],
  effort: { rounds: 11, turnMs: 60, samples: 1 },
  slow: { rounds: 1, turnMs: 0, samples: 1, cold: true },
  changes: 20,
  idleMs: 20_000,
  permissionsAt: [],
  completeMs: 60_000,
};

export const FULL: Settings = {
  quick: false,
  sizes: [
    { applications: 200, clusters: 10 },
    { applications: 1_000, clusters: 10 },
    HEADLINE,
    { applications: BIG, clusters: 500 },
  ],
  effort: { rounds: 31, turnMs: 250, samples: 2 },
  slow: { rounds: 3, turnMs: 0, samples: 1 },
  changes: 50,
  idleMs: 180_000,
  permissionsAt: [1_000, 5_000, 50_000],
  mappingAt: BIG,
  completeMs: 300_000,
};

export function isHeadline({ applications }: Size): boolean {
  return applications === HEADLINE.applications;
}
