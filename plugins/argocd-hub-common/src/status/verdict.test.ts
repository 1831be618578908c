import type { ClusterFacts } from './facts';
import type { HubFreshness } from './freshness';
import { aCluster, isoOf, minutesAgo, NOW, secondsAgo } from './testing/facts';
import { verdict } from './verdict';

const live: HubFreshness = { freshness: 'live' };

// Heartbeats every 30 s: a sign of life counts for 90 s, a recheck comes after 10 s.
const goodNow = { goodAt: secondsAgo(20) };
const goodOnce = { goodAt: secondsAgo(100) };
const failed = (times: number, first: number, last: number) => ({
  ...goodOnce,
  failures: times,
  firstFailureAt: secondsAgo(first),
  lastFailureAt: secondsAgo(last),
  reason: 'refused' as const,
});
const connection = (
  status: ClusterFacts['connection']['status'],
  since: number,
  reason?: 'tls',
) => ({ status, since, reason, attemptedMovedAt: secondsAgo(10) });
const errors = (count: number, since: number) => ({
  connectionErrors: count,
  connectionErrorsSince: since,
  connectionErrorsReason: 'timeout' as const,
});

describe('verdict', () => {
  it.each([
    // Signs of life
    {
      says: 'reachable',
      when: 'a good heartbeat within three intervals',
      facts: { heartbeat: { goodAt: secondsAgo(90) } },
    },
    {
      says: 'unknown no-probe',
      when: 'the good heartbeat is older than that',
      facts: { heartbeat: { goodAt: secondsAgo(91) } },
    },
    {
      says: 'reachable',
      when: 'an operation reached Succeeded within three intervals',
      facts: { lastSucceededAt: secondsAgo(90) },
    },
    {
      says: 'unknown no-probe',
      when: 'Argo CD says Successful and nothing of ours could check',
      facts: { heartbeat: { noEvidenceAt: secondsAgo(10) } },
    },
    {
      says: 'unknown no-probe',
      when: 'the heartbeat is off, whatever it said before',
      facts: { heartbeatEnabled: false, heartbeat: failed(5, 60, 20) },
    },
    {
      says: 'unknown no-probe',
      when: 'the heartbeat is off, even with a good one just before',
      facts: { heartbeatEnabled: false, heartbeat: goodNow },
    },
    {
      says: 'reachable',
      when: 'the heartbeat is off and an operation just succeeded',
      facts: { heartbeatEnabled: false, lastSucceededAt: secondsAgo(10) },
    },
    // Not monitored
    {
      says: 'not-monitored',
      when: 'no application goes there: the normal state of a new spoke',
      facts: { applications: 0, connection: connection('Unknown', NOW) },
    },
    // One suspicion
    {
      says: 'suspect refused',
      when: 'one heartbeat failed',
      facts: { heartbeat: failed(1, 5, 5) },
    },
    {
      says: 'suspect refused',
      when: 'a second one failed, but sooner than a recheck',
      facts: { heartbeat: failed(2, 14, 5) },
    },
    {
      says: 'suspect other',
      when: 'a front or an overloaded API answered',
      facts: { heartbeat: { ...goodNow, suspectAt: secondsAgo(5) } },
    },
    {
      says: 'suspect tls',
      when: 'Argo CD says Failed and there is no heartbeat',
      facts: { connection: connection('Failed', minutesAgo(2), 'tls') },
    },
    {
      says: 'suspect tls',
      when: 'Argo CD says Failed beside good heartbeats',
      facts: {
        heartbeat: goodNow,
        connection: connection('Failed', secondsAgo(5), 'tls'),
      },
    },
    {
      says: 'suspect timeout',
      when: 'two applications turned Unknown because of the connection',
      facts: errors(2, minutesAgo(1)),
    },
    {
      says: 'unknown no-probe',
      when: 'only one application did',
      facts: errors(1, minutesAgo(1)),
    },
    // Unreachable
    {
      says: 'unreachable refused',
      when: 'a second heartbeat failed one recheck later',
      facts: { heartbeat: failed(2, 15, 5) },
    },
    {
      says: 'unreachable refused',
      when: 'one heartbeat failed and since then Argo CD says Failed',
      facts: {
        heartbeat: failed(1, 5, 5),
        connection: connection('Failed', secondsAgo(3), 'tls'),
      },
    },
    {
      says: 'unreachable refused',
      when: 'one heartbeat failed and applications turned Unknown',
      facts: { heartbeat: failed(1, 5, 5), ...errors(2, secondsAgo(3)) },
    },
    {
      says: 'unreachable tls',
      when: 'Argo CD says Failed and applications turned Unknown',
      facts: {
        connection: connection('Failed', minutesAgo(2), 'tls'),
        ...errors(2, minutesAgo(1)),
      },
    },
    // What does not confirm
    {
      says: 'suspect refused',
      when: 'one heartbeat failed, and Failed is older than the last good one',
      facts: {
        heartbeat: failed(1, 5, 5),
        connection: connection('Failed', minutesAgo(30), 'tls'),
      },
    },
    {
      says: 'suspect tls',
      when: 'Failed and Unknown applications, but a front answers',
      facts: {
        heartbeat: { suspectAt: secondsAgo(5) },
        connection: connection('Failed', minutesAgo(2), 'tls'),
        ...errors(2, minutesAgo(1)),
      },
    },
    {
      says: 'suspect refused',
      when: 'an operation succeeded after two failed heartbeats',
      facts: {
        heartbeat: failed(2, 25, 15),
        lastSucceededAt: secondsAgo(5),
      },
    },
    // Failures that prove nothing about this cluster
    {
      says: 'unknown no-probe',
      when: 'heartbeats fail and none ever succeeded on any spoke',
      facts: { heartbeat: { ...failed(5, 60, 5), goodAt: undefined } },
    },
    {
      says: 'unreachable refused',
      when: 'none ever succeeded here, but one did on another spoke',
      facts: {
        heartbeat: { ...failed(5, 60, 5), goodAt: undefined },
        provenElsewhere: true,
      },
    },
    {
      says: 'unknown no-probe',
      when: 'it failed together with most clusters of the hub',
      facts: {
        heartbeat: failed(3, 60, 5),
        hubSuspectedSince: secondsAgo(60),
      },
    },
    {
      says: 'unreachable refused',
      when: 'it failed before most clusters of the hub did',
      facts: {
        heartbeat: failed(9, 90, 5),
        hubSuspectedSince: secondsAgo(60),
      },
    },
    // Recovery
    {
      says: 'reachable',
      when: 'the first good heartbeat came, while applications are still Unknown',
      facts: {
        heartbeat: goodNow,
        ...errors(4, minutesAgo(5)),
        verdict: {
          reachability: 'unreachable' as const,
          since: minutesAgo(5),
        },
      },
    },
    {
      says: 'suspect refused',
      when: 'a heartbeat failed again after it recovered',
      facts: {
        heartbeat: { ...failed(1, 5, 5), goodAt: secondsAgo(30) },
        ...errors(4, minutesAgo(5)),
      },
    },
    {
      says: 'unreachable refused',
      when: 'it was unreachable and some of the evidence faded',
      facts: {
        heartbeat: failed(1, 120, 120),
        verdict: {
          reachability: 'unreachable' as const,
          since: secondsAgo(90),
        },
      },
    },
    {
      says: 'suspect tls',
      when: 'Argo CD says Failed at last, after it was found again and again',
      facts: {
        heartbeat: goodNow,
        connection: connection('Failed', minutesAgo(20), 'tls'),
        verdict: {
          reachability: 'unreachable' as const,
          since: minutesAgo(20),
        },
      },
    },
    {
      says: 'suspect tls',
      when: 'a good heartbeat came in the very millisecond in which the verdict began',
      facts: {
        heartbeat: { goodAt: secondsAgo(5) },
        connection: connection('Failed', minutesAgo(2), 'tls'),
        verdict: {
          reachability: 'unreachable' as const,
          since: secondsAgo(5),
        },
      },
    },
    // What lies ahead was noted before our clock was set back
    {
      says: 'unknown no-probe',
      when: 'the good heartbeat lies an hour ahead',
      facts: { heartbeat: { goodAt: minutesAgo(-60) } },
    },
    {
      says: 'unknown no-probe',
      when: 'the operation that succeeded lies an hour ahead',
      facts: { lastSucceededAt: minutesAgo(-60) },
    },
    {
      says: 'reachable',
      when: 'the good heartbeat is of a replica whose clock is a little ahead',
      facts: { heartbeat: { goodAt: secondsAgo(-5) } },
    },
    {
      says: 'unreachable refused',
      when: 'it fails now, and the last good heartbeat lies ahead',
      facts: {
        heartbeat: { ...failed(2, 15, 5), goodAt: minutesAgo(-60) },
        lastSucceededAt: minutesAgo(-60),
      },
    },
    {
      says: 'suspect tls',
      when: 'a good heartbeat came, and the verdict of before lies ahead',
      facts: {
        heartbeat: goodNow,
        connection: connection('Failed', minutesAgo(2), 'tls'),
        verdict: {
          reachability: 'unreachable' as const,
          since: minutesAgo(-60),
        },
      },
    },
    // Skipped and draining clusters are judged as any other
    {
      says: 'reachable',
      when: 'its controller was told to skip it and it answers',
      facts: { skipReconcile: true, heartbeat: goodNow },
    },
    {
      says: 'unreachable refused',
      when: 'its controller was told to skip it and it is dead',
      facts: { skipReconcile: true, heartbeat: failed(2, 15, 5) },
    },
    {
      says: 'reachable',
      when: 'its controller is silent and it answers',
      facts: {
        heartbeat: goodNow,
        connection: {
          ...connection('Successful', minutesAgo(60)),
          attemptedMovedAt: minutesAgo(60),
        },
      },
    },
    {
      says: 'not-monitored',
      when: 'its last application left while it was dead',
      facts: { applications: 0, heartbeat: failed(5, 60, 5) },
    },
    // argocd-agent: the connection state is live there
    {
      says: 'reachable',
      when: 'the agent is connected',
      facts: { agent: true, connection: connection('Successful', NOW) },
    },
    {
      says: 'unreachable other',
      when: 'the agent is disconnected',
      facts: { agent: true, connection: connection('Failed', NOW) },
    },
    {
      says: 'unknown no-probe',
      when: 'nothing is known of the agent',
      facts: { agent: true, connection: connection('', NOW) },
    },
    {
      says: 'reachable',
      when: 'the agent is connected and has no application',
      facts: {
        agent: true,
        applications: 0,
        connection: connection('Successful', NOW),
      },
    },
  ])('is $says when $when', ({ says, facts }) => {
    const { reachability, reason } = verdict(aCluster(facts), live, NOW);
    expect([reachability, reason].filter(Boolean).join(' ')).toBe(says);
  });

  it.each`
    freshness    | says
    ${'live'}    | ${'unreachable'}
    ${'lagging'} | ${'unreachable'}
    ${'stale'}   | ${'unknown'}
    ${'down'}    | ${'unknown'}
  `(
    'is $says for an unreachable cluster of a hub that is $freshness',
    ({ freshness, says }) => {
      const cluster = aCluster({ heartbeat: failed(2, 60, 5) });
      const hub = { freshness, since: isoOf(minutesAgo(1)) };
      const { reachability, reason } = verdict(cluster, hub, NOW);
      expect(reachability).toBe(says);
      expect(reason).toBe(says === 'unknown' ? undefined : 'refused');
    },
  );
});
