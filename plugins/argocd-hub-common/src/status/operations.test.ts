import type {
  ClusterSummary,
  Destination,
  Freshness,
  OperationPhase,
  Reachability,
  UnknownReason,
} from '../types';
import { allowedOperations } from './operations';

interface Case {
  freshness?: Freshness;
  reachability?: Reachability;
  paused?: ClusterSummary['paused'];
  problem?: 'no-such-cluster' | 'ambiguous-cluster' | 'invalid';
  reason?: UnknownReason;
  phase?: OperationPhase;
  autoSync?: boolean;
}

function allowed(row: Case): string {
  const destination: Destination = row.problem
    ? { namespace: 'a', problem: row.problem, given: 'x' }
    : { namespace: 'a', cluster: 'prod' };
  const startedAt = '2026-03-01T12:00:00.000Z';
  const operations = allowedOperations(
    {
      destination,
      health: row.reason
        ? { status: 'Unknown', reason: row.reason }
        : { status: 'Healthy' },
      operation: row.phase && { phase: row.phase, startedAt },
      autoSync: row.autoSync ?? false,
    },
    row.problem
      ? undefined
      : {
          paused: row.paused,
          verdict: {
            reachability: row.reachability ?? 'reachable',
            since: startedAt,
            evidence: [],
          },
        },
    { freshness: row.freshness ?? 'live' },
  );
  const { refresh, sync, rollback, terminate } = operations;
  return [refresh, sync, rollback, terminate]
    .map(operation => (operation.allowed ? 'yes' : operation.why))
    .join(', ');
}

describe('allowedOperations: refresh, sync, rollback, terminate', () => {
  it.each`
    row                                                  | answers
    ${{}}                                                | ${'yes, yes, yes, no-operation'}
    ${{ freshness: 'lagging' }}                          | ${'yes, yes, yes, no-operation'}
    ${{ reachability: 'suspect' }}                       | ${'yes, yes, yes, no-operation'}
    ${{ reachability: 'unknown' }}                       | ${'yes, yes, yes, no-operation'}
    ${{ paused: 'draining' }}                            | ${'yes, yes, yes, no-operation'}
    ${{ reason: 'comparison-error' }}                    | ${'yes, yes, yes, no-operation'}
    ${{ phase: 'Succeeded' }}                            | ${'yes, yes, yes, no-operation'}
    ${{ phase: 'Failed' }}                               | ${'yes, yes, yes, no-operation'}
    ${{ freshness: 'stale' }}                            | ${'stale, stale, stale, stale'}
    ${{ freshness: 'down', phase: 'Running' }}           | ${'hub-down, hub-down, hub-down, hub-down'}
    ${{ problem: 'ambiguous-cluster' }}                  | ${'yes, ambiguous-cluster, ambiguous-cluster, no-operation'}
    ${{ problem: 'no-such-cluster' }}                    | ${'yes, no-cluster, no-cluster, no-operation'}
    ${{ problem: 'invalid' }}                            | ${'yes, no-cluster, no-cluster, no-operation'}
    ${{ reachability: 'unreachable' }}                   | ${'yes, spoke-unreachable, spoke-unreachable, no-operation'}
    ${{ reachability: 'unreachable', phase: 'Running' }} | ${'yes, spoke-unreachable, spoke-unreachable, yes'}
    ${{ reason: 'controller-silent' }}                   | ${'controller-silent, controller-silent, controller-silent, no-operation'}
    ${{ reason: 'frozen' }}                              | ${'frozen, frozen, frozen, no-operation'}
    ${{ paused: 'skip-reconcile' }}                      | ${'frozen, frozen, frozen, no-operation'}
    ${{ phase: 'Running' }}                              | ${'yes, operation-in-progress, operation-in-progress, yes'}
    ${{ phase: 'Terminating' }}                          | ${'yes, operation-in-progress, operation-in-progress, no-operation'}
    ${{ autoSync: true }}                                | ${'yes, yes, auto-sync, no-operation'}
    ${{ autoSync: true, phase: 'Running' }}              | ${'yes, operation-in-progress, auto-sync, yes'}
  `('$row: $answers', ({ row, answers }) => {
    expect(allowed(row)).toBe(answers);
  });
});
