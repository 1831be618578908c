import type { HubFreshness } from './freshness';
import { aCluster, isoOf, minutesAgo, NOW, secondsAgo } from './testing/facts';
import { verdict } from './verdict';

const live: HubFreshness = { freshness: 'live' };
const failing = {
  goodAt: secondsAgo(100),
  failures: 4,
  firstFailureAt: secondsAgo(60),
  lastFailureAt: secondsAgo(5),
  reason: 'refused' as const,
};
const good = { goodAt: secondsAgo(20) };

describe('since of a verdict', () => {
  it.each([
    {
      verdictIs: 'unreachable',
      since: 'the first failure of the row',
      expected: secondsAgo(60),
      facts: { heartbeat: failing },
    },
    {
      verdictIs: 'suspect',
      since: 'Argo CD said Failed',
      expected: minutesAgo(2),
      facts: {
        connection: { status: 'Failed' as const, since: minutesAgo(2) },
      },
    },
    {
      verdictIs: 'unknown',
      since: 'the last sign of life ran out',
      expected: secondsAgo(10),
      facts: { heartbeat: { goodAt: secondsAgo(100) } },
    },
    {
      verdictIs: 'not-monitored',
      since: 'we first saw the cluster',
      expected: minutesAgo(60),
      facts: { applications: 0 },
    },
    {
      verdictIs: 'reachable',
      since: 'the stored verdict, as long as it holds',
      expected: minutesAgo(30),
      facts: {
        heartbeat: good,
        verdict: { reachability: 'reachable' as const, since: minutesAgo(30) },
      },
    },
    {
      verdictIs: 'reachable',
      since: 'the sign of life, where the stored moment lies ahead',
      expected: secondsAgo(20),
      facts: {
        heartbeat: good,
        verdict: { reachability: 'reachable' as const, since: minutesAgo(-60) },
      },
    },
    {
      verdictIs: 'suspect',
      since: 'its first applications turned Unknown',
      expected: minutesAgo(4),
      facts: { connectionErrors: 2, connectionErrorsSince: minutesAgo(4) },
    },
    {
      verdictIs: 'suspect',
      since: 'a front answered first',
      expected: minutesAgo(3),
      facts: { heartbeat: { suspectAt: minutesAgo(3) } },
    },
    {
      verdictIs: 'unreachable',
      since: 'the first of two kinds of evidence',
      expected: minutesAgo(4),
      facts: {
        connection: { status: 'Failed' as const, since: minutesAgo(2) },
        connectionErrors: 2,
        connectionErrorsSince: minutesAgo(4),
      },
    },
    {
      verdictIs: 'unreachable',
      since: 'the agent was lost',
      expected: minutesAgo(2),
      facts: {
        agent: true,
        connection: { status: 'Failed' as const, since: minutesAgo(2) },
      },
    },
    {
      verdictIs: 'reachable',
      since: 'the sign of life, after another verdict',
      expected: secondsAgo(20),
      facts: {
        heartbeat: good,
        verdict: { reachability: 'suspect' as const, since: minutesAgo(30) },
      },
    },
  ])('$verdictIs since $since', ({ verdictIs, expected, facts }) => {
    const found = verdict(aCluster(facts), live, NOW);
    expect(found.reachability).toBe(verdictIs);
    expect(found.since).toBe(isoOf(expected));
  });

  it('unknown since the hub is stale', () => {
    const since = isoOf(minutesAgo(3));
    const hub: HubFreshness = { freshness: 'stale', since };
    expect(verdict(aCluster(), hub, NOW).since).toBe(since);
  });
});

describe('evidence of a verdict', () => {
  it('names every kind with its own time and reason', () => {
    const cluster = aCluster({
      heartbeat: {
        goodAt: secondsAgo(40),
        failures: 2,
        firstFailureAt: secondsAgo(20),
        lastFailureAt: secondsAgo(5),
        reason: 'refused',
      },
      lastSucceededAt: secondsAgo(60),
      connection: {
        status: 'Failed',
        since: secondsAgo(15),
        reason: 'tls',
        attemptedMovedAt: minutesAgo(6),
      },
      connectionErrors: 2,
      connectionErrorsSince: secondsAgo(12),
      connectionErrorsReason: 'timeout',
    });
    expect(verdict(cluster, live, NOW)).toEqual({
      reachability: 'unreachable',
      reason: 'refused',
      since: isoOf(secondsAgo(20)),
      observedAt: isoOf(secondsAgo(5)),
      evidence: [
        { kind: 'heartbeat', says: 'reachable', at: isoOf(secondsAgo(40)) },
        {
          kind: 'heartbeat',
          says: 'unreachable',
          at: isoOf(secondsAgo(5)),
          reason: 'refused',
        },
        { kind: 'sync', says: 'reachable', at: isoOf(secondsAgo(60)) },
        {
          kind: 'connection',
          says: 'suspect',
          at: isoOf(secondsAgo(15)),
          reason: 'tls',
        },
        {
          kind: 'condition',
          says: 'suspect',
          at: isoOf(secondsAgo(12)),
          reason: 'timeout',
        },
        { kind: 'controller', says: 'unknown', at: isoOf(minutesAgo(6)) },
      ],
    });
  });

  it('says that a heartbeat found nothing to ask', () => {
    const cluster = aCluster({ heartbeat: { noEvidenceAt: secondsAgo(5) } });
    expect(verdict(cluster, live, NOW).evidence).toContainEqual({
      kind: 'heartbeat',
      says: 'unknown',
      at: isoOf(secondsAgo(5)),
      reason: 'no-probe',
    });
  });

  it('shows failures that count against nobody as unknown', () => {
    const cluster = aCluster({
      heartbeat: { ...failing, goodAt: undefined },
    });
    expect(verdict(cluster, live, NOW).evidence).toContainEqual({
      kind: 'heartbeat',
      says: 'unknown',
      at: isoOf(secondsAgo(5)),
      reason: 'refused',
    });
  });
});
