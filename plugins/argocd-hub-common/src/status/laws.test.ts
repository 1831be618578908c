import fc from 'fast-check';
import type { ClusterFacts, HeartbeatFacts } from './facts';
import { freshness } from './freshness';
import { hubSuspectedSince, nextHeartbeatFacts } from './heartbeat';
import { clusterState, shownState } from './shown';
import {
  cluster,
  heartbeat,
  hubFacts,
  INTERVAL_MS,
  ordinary,
  past,
  reason,
  reported,
} from './__testUtils__/arbitraries';
import { NOW } from './testing/facts';
import { verdict } from './verdict';

const LIVE = { freshness: 'live' } as const;
const RECHECK_MS = INTERVAL_MS / 3;
const HOUR_MS = 3_600_000;

/** The same facts, noted by a clock that was ahead. */
function ahead<T extends object>(facts: T, ms: number): T {
  const moved = Object.entries(facts).map(([key, value]) => {
    if (/(At|[sS]ince)$/.test(key) && typeof value === 'number') {
      return [key, value + ms];
    }
    const isPart = typeof value === 'object' && value !== null;
    return [key, isPart ? ahead(value, ms) : value];
  });
  return Object.fromEntries(moved) as T;
}

describe('a clock that was set back', () => {
  const jump = fc.integer({ min: HOUR_MS, max: 24 * HOUR_MS });

  it('leaves no hub live by what it noted before', () => {
    fc.assert(
      fc.property(hubFacts, jump, (facts, ms) => {
        const found = freshness(ahead(facts, ms), NOW);
        expect(['stale', 'down']).toContain(found.freshness);
      }),
    );
  });

  it('leaves no cluster reachable by what it noted before, and no row green', () => {
    fc.assert(
      fc.property(ordinary, reported, jump, (facts, words, ms) => {
        const state = clusterState(ahead(facts, ms), LIVE, NOW);
        expect(state.verdict.reachability).not.toBe('reachable');
        const { health } = shownState(words, { hub: LIVE, cluster: state });
        expect(health.status === 'Healthy' && !health.unverified).toBe(false);
      }),
    );
  });

  it('gives no verdict a beginning in the future', () => {
    fc.assert(
      fc.property(cluster, jump, (facts, ms) => {
        const { since } = verdict(ahead(facts, ms), LIVE, NOW);
        expect(Date.parse(since)).toBeLessThanOrEqual(NOW);
      }),
    );
  });

  it('keeps no dead cluster from being found', () => {
    fc.assert(
      fc.property(ordinary, reason, jump, (facts, why, ms) => {
        const before = ahead(facts, ms);
        const failure = { kind: 'failure', reason: why } as const;
        const once = nextHeartbeatFacts(before.heartbeat, failure, NOW);
        const twice = nextHeartbeatFacts(once, failure, NOW + RECHECK_MS);
        const dead: ClusterFacts = {
          ...before,
          heartbeat: twice,
          heartbeatEnabled: true,
          provenElsewhere: true,
          hubSuspectedSince: undefined,
        };
        const { reachability } = verdict(dead, LIVE, NOW + RECHECK_MS);
        expect(reachability).toBe('unreachable');
      }),
    );
  });
});

describe('whatever the facts', () => {
  it('an unreachable cluster has no row in colour', () => {
    fc.assert(
      fc.property(cluster, reported, (facts, words) => {
        const state = clusterState(facts, LIVE, NOW);
        fc.pre(state.verdict.reachability === 'unreachable');
        const { sync, health } = shownState(words, {
          hub: LIVE,
          cluster: state,
        });
        expect([sync.status, health.status]).toEqual(['Unknown', 'Unknown']);
      }),
    );
  });

  it('heartbeats alone never make a cluster unreachable where none ever succeeded', () => {
    fc.assert(
      fc.property(ordinary, facts => {
        const { reachability } = verdict(
          {
            ...facts,
            heartbeat: { ...facts.heartbeat, goodAt: undefined },
            provenElsewhere: false,
            connection: { status: 'Successful' },
            connectionErrors: 0,
            verdict: undefined,
          },
          LIVE,
          NOW,
        );
        expect(reachability).not.toBe('unreachable');
      }),
    );
  });

  it('two failures closer than a recheck never make a cluster unreachable alone', () => {
    fc.assert(
      fc.property(
        reason,
        fc.nat(RECHECK_MS - 1),
        fc.nat(100_000),
        (why, apart, before) => {
          const failure = { kind: 'failure', reason: why } as const;
          const good = nextHeartbeatFacts(
            { failures: 0 },
            { kind: 'good' },
            NOW - apart - before,
          );
          const once = nextHeartbeatFacts(good, failure, NOW - apart);
          const twice = nextHeartbeatFacts(once, failure, NOW);
          const { reachability } = verdict(
            {
              applications: 1,
              heartbeatEnabled: true,
              heartbeatIntervalMs: INTERVAL_MS,
              heartbeat: twice,
              connection: { status: 'Successful' },
              connectionErrors: 0,
              skipReconcile: false,
              agent: false,
              firstSeenAt: 0,
            },
            LIVE,
            NOW,
          );
          expect(reachability).toBe('suspect');
        },
      ),
    );
  });

  it('waiting alone never makes a cluster reachable', () => {
    fc.assert(
      fc.property(ordinary, fc.nat(HOUR_MS), (facts, wait) => {
        fc.pre(verdict(facts, LIVE, NOW).reachability !== 'reachable');
        const later = verdict(facts, LIVE, NOW + wait).reachability;
        expect(later).not.toBe('reachable');
      }),
    );
  });
});

describe('the round of a hub', () => {
  const fleet = fc.array(heartbeat, { maxLength: 12 });
  const failing = (at: number): HeartbeatFacts => ({
    goodAt: at - 1,
    failures: 1,
    firstFailureAt: at,
    lastFailureAt: at,
  });

  it('is suspected only since a failure, by more than half of those asked since', () => {
    fc.assert(
      fc.property(fleet, heartbeats => {
        const since = hubSuspectedSince(heartbeats, INTERVAL_MS);
        fc.pre(since !== undefined);
        const ill = heartbeats.filter(
          ({ failures, firstFailureAt = -1 }) =>
            failures > 0 && firstFailureAt >= since!,
        );
        const well = heartbeats.filter(
          ({ failures, goodAt = -1 }) => failures === 0 && goodAt >= since!,
        );
        expect(ill.some(one => one.firstFailureAt === since)).toBe(true);
        expect(ill.length).toBeGreaterThan(well.length);
        expect(ill.length).toBeGreaterThanOrEqual(3);
      }),
    );
  });

  it('is never suspected more because a cluster answered', () => {
    fc.assert(
      fc.property(fleet, heartbeats => {
        fc.pre(hubSuspectedSince(heartbeats, INTERVAL_MS) === undefined);
        const good = nextHeartbeatFacts({ failures: 0 }, { kind: 'good' }, NOW);
        const more = hubSuspectedSince([...heartbeats, good], INTERVAL_MS);
        expect(more).toBeUndefined();
      }),
    );
  });

  it('is always suspected where all fail within an interval', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(INTERVAL_MS), { minLength: 3, maxLength: 20 }),
        past,
        (moments, from) => {
          const heartbeats = moments.map(ms => failing(from + ms));
          const first = from + Math.min(...moments);
          expect(hubSuspectedSince(heartbeats, INTERVAL_MS)).toBe(first);
        },
      ),
    );
  });
});
