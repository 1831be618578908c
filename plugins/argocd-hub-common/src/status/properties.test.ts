import fc from 'fast-check';
import type { Reachability } from '../types';
import { freshness, isOutdated } from './freshness';
import { nextHeartbeatFacts } from './heartbeat';
import { rollup, type RollupInput } from './rollup';
import { clusterState, shownState } from './shown';
import {
  cluster,
  hubFacts,
  INTERVAL_MS,
  ordinary,
  reason,
  reported,
} from './__testUtils__/arbitraries';
import { NOW } from './testing/facts';
import { verdict } from './verdict';

const LIVE = { freshness: 'live' } as const;

describe('whatever the facts', () => {
  it('a hub is live only with contact since the start and within budget', () => {
    fc.assert(
      fc.property(hubFacts, hub => {
        const contact = Math.max(hub.lastStreamAt ?? 0, hub.lastListAt ?? 0);
        const fresh =
          hub.downSince === undefined &&
          contact >= hub.startedAt &&
          NOW - contact <= 1.5 * hub.listIntervalMs;
        expect(freshness(hub, NOW).freshness === 'live').toBe(fresh);
      }),
    );
  });

  it('a hub never gets fresher by waiting', () => {
    const order = ['live', 'lagging', 'stale', 'down'];
    fc.assert(
      fc.property(hubFacts, fc.nat(1_000_000), (hub, wait) => {
        const before = order.indexOf(freshness(hub, NOW).freshness);
        const after = order.indexOf(freshness(hub, NOW + wait).freshness);
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('a cluster is reachable only with a sign of life within three intervals', () => {
    fc.assert(
      fc.property(ordinary, facts => {
        fc.pre(verdict(facts, LIVE, NOW).reachability === 'reachable');
        const signs = [facts.heartbeat.goodAt ?? 0, facts.lastSucceededAt ?? 0];
        expect(NOW - Math.max(...signs)).toBeLessThanOrEqual(3 * INTERVAL_MS);
      }),
    );
  });

  it('no cluster is unreachable right after a good heartbeat', () => {
    fc.assert(
      fc.property(ordinary, facts => {
        const good = nextHeartbeatFacts(facts.heartbeat, { kind: 'good' }, NOW);
        const { reachability } = verdict(
          { ...facts, heartbeatEnabled: true, heartbeat: good },
          LIVE,
          NOW,
        );
        expect(reachability).toBe(
          facts.connection.status === 'Failed' ? 'suspect' : 'reachable',
        );
      }),
    );
  });

  it('another failed heartbeat never makes a cluster look better', () => {
    const badness: Reachability[] = [
      'reachable',
      'unknown',
      'suspect',
      'unreachable',
    ];
    fc.assert(
      fc.property(ordinary, reason, (facts, why) => {
        const failed = nextHeartbeatFacts(
          facts.heartbeat,
          { kind: 'failure', reason: why },
          NOW,
        );
        const before = verdict(facts, LIVE, NOW).reachability;
        const after = verdict({ ...facts, heartbeat: failed }, LIVE, NOW);
        expect(badness.indexOf(after.reachability)).toBeGreaterThanOrEqual(
          badness.indexOf(before),
        );
      }),
    );
  });

  it('a verdict that speaks against a cluster has a reason, one for it has none', () => {
    fc.assert(
      fc.property(cluster, facts => {
        const found = verdict(facts, LIVE, NOW);
        const against = ['suspect', 'unreachable', 'unknown'];
        expect(found.reason !== undefined).toBe(
          against.includes(found.reachability),
        );
        expect(Date.parse(found.since)).toBeLessThanOrEqual(NOW);
      }),
    );
  });

  it('no verdict and no state survives a hub that is stale or down', () => {
    fc.assert(
      fc.property(cluster, hubFacts, reported, (facts, ofHub, words) => {
        const hub = freshness(ofHub, NOW);
        fc.pre(isOutdated(hub));
        const state = clusterState(facts, hub, NOW);
        const { sync, health } = shownState(words, { hub, cluster: state });
        expect(state.verdict.reachability).toBe('unknown');
        expect([sync.status, health.status]).toEqual(['Unknown', 'Unknown']);
      }),
    );
  });

  it('nothing is plainly Healthy without fresh evidence of all that it depends on', () => {
    fc.assert(
      fc.property(ordinary, reported, (facts, anything) => {
        const words = { ...anything, health: 'Healthy' as const };
        const state = clusterState(facts, LIVE, NOW);
        const shown = shownState(words, { hub: LIVE, cluster: state });
        fc.pre(shown.health.status === 'Healthy' && !shown.health.unverified);
        const { goodAt = 0 } = facts.heartbeat;
        const { lastSucceededAt = 0, connection } = facts;
        expect(NOW - Math.max(goodAt, lastSucceededAt)).toBeLessThanOrEqual(
          3 * INTERVAL_MS,
        );
        expect(state.verdict.reachability).not.toBe('unreachable');
        expect(NOW - (connection.attemptedMovedAt ?? 0)).toBeLessThan(300_000);
        expect(['Synced', 'OutOfSync']).toContain(words.sync);
        expect(words.skipReconcile || facts.skipReconcile).toBe(false);
      }),
    );
  });

  it("Argo CD's word is hidden only with a reason, and never invented", () => {
    fc.assert(
      fc.property(cluster, reported, (facts, words) => {
        const state = clusterState(facts, LIVE, NOW);
        const { sync, health } = shownState(words, {
          hub: LIVE,
          cluster: state,
        });
        for (const [shown, word = 'Unknown'] of [
          [sync, words.sync],
          [health, words.health],
        ] as const) {
          const said = shown.reported ?? shown.status;
          expect(said).toBe(word);
          expect(shown.status === word || shown.reason !== undefined).toBe(
            true,
          );
        }
      }),
    );
  });

  it('a roll-up adds up and names the worst first', () => {
    const row: fc.Arbitrary<RollupInput> = fc.record({
      hub: fc.constantFrom('main', 'other'),
      namespace: fc.constant('argocd'),
      name: fc.string(),
      destination: fc.record({
        namespace: fc.constant('a'),
        cluster: fc.constantFrom('a', 'b', 'c'),
      }),
      sync: fc.record({
        status: fc.constantFrom('Synced', 'OutOfSync', 'Unknown'),
      }),
      health: fc.record({
        status: fc.constantFrom('Healthy', 'Degraded', 'Unknown', 'Suspended'),
      }),
    });
    const sum = (counts: object) =>
      Object.values(counts).reduce((a, b) => a + b, 0);
    fc.assert(
      fc.property(fc.array(row), rows => {
        const result = rollup(rows, [], [LIVE]);
        expect(sum(result.byHealth)).toBe(rows.length);
        expect(sum(result.bySync)).toBe(rows.length);
        expect(result.healthyClusters).toBeLessThanOrEqual(result.clusters);
        expect(result.offenders.length).toBeLessThanOrEqual(5);
        const [first] = result.offenders;
        const unhealthy = !['None', 'Healthy'].includes(result.health);
        expect(first?.status === result.health).toBe(unhealthy);
      }),
    );
  });
});
