import fc from 'fast-check';
import type { Reachability } from '../../types';
import type { ClusterFacts, HeartbeatFacts, ReportedState } from '../facts';
import { nextHeartbeatFacts, type HeartbeatOutcome } from '../heartbeat';
import { secondsAgo } from '../testing/facts';

export const INTERVAL_MS = 30_000;

export const past = fc
  .oneof(fc.nat(60), fc.nat(300), fc.nat(1200))
  .map(secondsAgo);
export const maybe = <T>(value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined });
export const reason = fc.constantFrom('dns', 'tls', 'auth', 'refused', 'other');
export const outcome: fc.Arbitrary<HeartbeatOutcome> = fc.oneof(
  fc.record({ kind: fc.constant('failure' as const), reason }),
  fc.record({
    kind: fc.constantFrom('good', 'suspect-only', 'hub-timeout', 'no-evidence'),
  }),
);

/** Only what a history of heartbeats can lead to. */
export const heartbeat: fc.Arbitrary<HeartbeatFacts> = fc
  .array(fc.tuple(past, outcome), { maxLength: 8 })
  .map(history =>
    history
      .sort(([a], [b]) => a - b)
      .reduce<HeartbeatFacts>(
        (facts, [time, what]) => nextHeartbeatFacts(facts, what, time),
        { failures: 0 },
      ),
  );

export const cluster: fc.Arbitrary<ClusterFacts> = fc.record({
  applications: fc.nat(3),
  heartbeatEnabled: fc.boolean(),
  heartbeatIntervalMs: fc.constant(INTERVAL_MS),
  heartbeat,
  provenElsewhere: fc.boolean(),
  hubSuspectedSince: maybe(past),
  connection: fc.record({
    status: fc.constantFrom('Successful', 'Failed', 'Unknown', ''),
    since: maybe(past),
    attemptedMovedAt: maybe(past),
    reason: maybe(reason),
  }),
  lastSucceededAt: maybe(past),
  connectionErrors: fc.nat(3),
  connectionErrorsSince: maybe(past),
  connectionErrorsReason: maybe(reason),
  skipReconcile: fc.boolean(),
  agent: fc.boolean(),
  verdict: maybe(
    fc.record({
      reachability: fc.constantFrom<Reachability[]>(
        'reachable',
        'suspect',
        'unreachable',
        'not-monitored',
        'unknown',
      ),
      since: past,
    }),
  ),
  firstSeenAt: fc.constant(secondsAgo(1200)),
});
export const ordinary = cluster.map(facts => ({
  ...facts,
  agent: false,
  applications: 3,
}));

export const hubFacts = fc.record({
  startedAt: past,
  lastStreamAt: maybe(past),
  lastListAt: maybe(past),
  listIntervalMs: fc.constantFrom(60_000, 120_000),
  downSince: maybe(past),
});

export const reported: fc.Arbitrary<ReportedState> = fc.record({
  sync: maybe(fc.constantFrom('Synced', 'OutOfSync', 'Unknown')),
  health: maybe(
    fc.constantFrom('Healthy', 'Degraded', 'Missing', 'Progressing', 'Unknown'),
  ),
  conditions: fc.array(
    fc.record({
      type: fc.constantFrom('ComparisonError', 'InvalidSpecError', 'SyncError'),
      message: fc.string(),
    }),
    { maxLength: 2 },
  ),
  skipReconcile: fc.boolean(),
});
