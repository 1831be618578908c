import type { Freshness, Reachability } from '../types';
import type { ReportedState } from './facts';
import { clusterState, shownState, type ClusterState } from './shown';
import { aCluster, isoOf, minutesAgo, NOW, secondsAgo } from './testing/facts';

const LIVE = { freshness: 'live' } as const;
const CHANGED = isoOf(minutesAgo(50));
const RESIGNED = isoOf(minutesAgo(40));

const healthy: ReportedState = {
  sync: 'Synced',
  health: 'Healthy',
  healthSince: CHANGED,
  syncSince: RESIGNED,
  conditions: [],
  skipReconcile: false,
};

function cluster(
  reachability: Reachability,
  facts: Partial<ClusterState> = {},
): ClusterState {
  return {
    verdict: {
      reachability,
      reason: reachability === 'unknown' ? 'no-probe' : undefined,
      since: isoOf(minutesAgo(12)),
      evidence: [],
    },
    controllerSilent: false,
    frozen: false,
    ...facts,
  };
}

const condition = (type: string, minutes: number) => ({
  type,
  message: 'words of Argo CD',
  since: isoOf(minutesAgo(minutes)),
});
const uncompared = (...conditions: ReturnType<typeof condition>[]) => ({
  ...healthy,
  sync: 'Unknown' as const,
  conditions,
});

describe("shownState repeats Argo CD's word", () => {
  it.each([
    { sync: 'Synced', health: 'Healthy' },
    { sync: 'OutOfSync', health: 'Degraded' },
    { sync: 'OutOfSync', health: 'Missing' },
    { sync: 'Synced', health: 'Progressing' },
    { sync: 'Synced', health: 'Suspended' },
    { sync: 'Synced', health: 'Unknown' },
  ] as const)('$sync and $health on a reachable cluster', words => {
    expect(
      shownState(
        { ...healthy, ...words },
        { hub: LIVE, cluster: cluster('reachable') },
      ),
    ).toEqual({
      sync: { status: words.sync, since: RESIGNED },
      health: { status: words.health, since: CHANGED },
    });
  });

  it.each`
    cluster                      | facts                                                                   | mark
    ${'reachable'}               | ${{ heartbeat: { goodAt: secondsAgo(5) } }}                             | ${undefined}
    ${'no-probe'}                | ${{}}                                                                   | ${true}
    ${'suspect, checked'}        | ${{ heartbeat: { goodAt: secondsAgo(40), suspectAt: secondsAgo(20) } }} | ${undefined}
    ${'suspect, never checked'}  | ${{ heartbeat: { suspectAt: secondsAgo(20) } }}                         | ${true}
    ${'no longer not-monitored'} | ${{ applications: 0 }}                                                  | ${true}
  `('and marks it unverified: $mark, where $cluster', ({ facts, mark }) => {
    const state = clusterState(aCluster(facts), LIVE, NOW);
    const shown = shownState(healthy, { hub: LIVE, cluster: state });
    expect(shown.health).toEqual({
      status: 'Healthy',
      since: CHANGED,
      ...(mark && { unverified: true }),
    });
    expect(shown.sync.unverified).toBe(mark);
  });

  it('and marks it unverified where the destination resolves to no cluster', () => {
    expect(shownState(healthy, { hub: LIVE }).health).toEqual({
      status: 'Healthy',
      since: CHANGED,
      unverified: true,
    });
  });
});

describe('shownState is Unknown', () => {
  it.each([
    {
      reason: 'hub-down',
      why: 'the hub is down',
      hub: hub('down'),
      since: minutesAgo(20),
    },
    {
      reason: 'hub-stale',
      why: 'the hub is stale',
      hub: hub('stale'),
      since: minutesAgo(20),
    },
    {
      reason: 'cluster-unreachable',
      why: 'the cluster is unreachable',
      cluster: cluster('unreachable'),
      since: minutesAgo(12),
    },
    {
      reason: 'controller-silent',
      why: 'nobody computes its state',
      cluster: cluster('reachable', {
        controllerSilent: true,
        controllerSilentSince: isoOf(minutesAgo(6)),
      }),
      since: minutesAgo(6),
    },
    {
      reason: 'frozen',
      why: 'the cluster carries skip-reconcile',
      cluster: cluster('reachable', { frozen: true }),
      since: undefined,
    },
    {
      reason: 'frozen',
      why: 'the application carries skip-reconcile',
      reported: { ...healthy, skipReconcile: true },
      since: undefined,
    },
  ])(
    '($reason) because $why',
    ({ reason, since, hub: ofHub, cluster: ofCluster, reported }) => {
      const shown = shownState(reported ?? healthy, {
        hub: ofHub ?? LIVE,
        cluster: ofCluster ?? cluster('reachable'),
      });
      const when = since === undefined ? {} : { since: isoOf(since) };
      expect(shown).toEqual({
        sync: { status: 'Unknown', reported: 'Synced', reason, ...when },
        health: { status: 'Unknown', reported: 'Healthy', reason, ...when },
      });
    },
  );

  it.each([
    {
      reason: 'invalid-spec',
      why: 'it says InvalidSpecError',
      reported: uncompared(condition('InvalidSpecError', 7)),
      since: isoOf(minutesAgo(7)),
    },
    {
      reason: 'comparison-error',
      why: 'it says ComparisonError, twice',
      reported: uncompared(
        condition('ComparisonError', 1),
        condition('ComparisonError', 8),
      ),
      since: isoOf(minutesAgo(8)),
    },
    {
      reason: 'comparison-error',
      why: 'it gives no condition, as in lists',
      reported: uncompared(),
      since: RESIGNED,
    },
  ])(
    '($reason) where sync is Unknown and $why',
    ({ reason, reported, since }) => {
      expect(
        shownState(reported, { hub: LIVE, cluster: cluster('reachable') }),
      ).toEqual({
        sync: { status: 'Unknown', reason, since },
        health: { status: 'Unknown', reported: 'Healthy', reason, since },
      });
    },
  );

  it('is not Unknown for a condition beside a sync that Argo CD could compute', () => {
    const reported = {
      ...healthy,
      conditions: [condition('ComparisonError', 1)],
    };
    const shown = shownState(reported, {
      hub: LIVE,
      cluster: cluster('reachable'),
    });
    expect(shown.health.status).toBe('Healthy');
  });

  it.each([
    { missing: 'both', sync: undefined, health: undefined },
    { missing: 'sync', sync: undefined, health: 'Healthy' },
    { missing: 'health', sync: 'Synced', health: undefined },
  ] as const)(
    '(not-reconciled) while Argo CD has not said $missing',
    ({ sync, health }) => {
      const shown = shownState(
        { ...healthy, sync, health },
        { hub: LIVE, cluster: cluster('reachable') },
      );
      const reason = 'not-reconciled';
      expect(shown).toEqual({
        sync: { status: 'Unknown', reason, ...(sync && { reported: sync }) },
        health: {
          status: 'Unknown',
          reason,
          ...(health && { reported: health }),
        },
      });
    },
  );
});

describe('the reason, where several hold', () => {
  const everything = {
    reported: {
      ...uncompared(
        condition('ComparisonError', 1),
        condition('InvalidSpecError', 1),
      ),
      skipReconcile: true,
    },
    hub: hub('stale'),
    cluster: cluster('unreachable', { controllerSilent: true, frozen: true }),
  };
  const running = { ...everything, hub: LIVE };
  const reached = {
    ...running,
    cluster: cluster('reachable', { controllerSilent: true, frozen: true }),
  };
  const computed = { ...reached, cluster: cluster('reachable') };
  const unfrozen = {
    ...computed,
    reported: { ...everything.reported, skipReconcile: false },
  };

  it.each([
    { first: 'hub-stale', then: 'everything', case: everything },
    { first: 'cluster-unreachable', then: 'all but the hub', case: running },
    { first: 'controller-silent', then: 'the cluster answers', case: reached },
    { first: 'frozen', then: 'the controller runs', case: computed },
    { first: 'invalid-spec', then: 'nothing is frozen', case: unfrozen },
  ])('is $first of $then', ({ first, case: { reported, ...context } }) => {
    expect(shownState(reported, context).health.reason).toBe(first);
  });
});

function hub(freshness: Freshness) {
  return {
    freshness,
    since: isoOf(minutesAgo(15)),
    observedAt: isoOf(minutesAgo(20)),
  };
}
