import type {
  ApplicationSet,
  RolloutStatus,
} from '../../../types/applicationset';
import type { Application } from '../../../types/argocd';
import { rollOut } from './Rollout';

const T0 = '2026-01-01T00:00:00Z';
const T1 = '2026-01-01T00:01:00Z';

const step = (env: string, maxUpdate?: number | string) => ({
  matchExpressions: [{ key: 'env', operator: 'In', values: [env] }],
  ...(maxUpdate !== undefined && { maxUpdate }),
});
const setOf = (
  steps: object[],
  applicationStatus?: RolloutStatus[],
): ApplicationSet =>
  ({
    metadata: { name: 's' },
    spec: { strategy: { type: 'RollingSync', rollingSync: { steps } } },
    status: { applicationStatus },
  } as never);
const app = (name: string, env: string, status: object = {}): Application => ({
  metadata: { name, labels: { env } },
  spec: {
    project: 'default',
    destination: {},
    syncPolicy: { automated: { prune: true } },
  },
  status: {
    summary: {},
    health: { status: 'Healthy' },
    sync: { status: 'OutOfSync', revision: 'r1' },
    ...status,
  },
});
const live = (...args: Parameters<typeof app>) => {
  const made = app(...args);
  made.spec.syncPolicy!.automated!.enabled = false;
  return made;
};
const known = (
  application: string,
  status: RolloutStatus['status'],
  changes: Partial<RolloutStatus> = {},
): RolloutStatus => ({
  application,
  status,
  step: '1',
  message: '',
  targetRevisions: ['r1'],
  lastTransitionTime: T0,
  ...changes,
});
const brief = (statuses: RolloutStatus[]) =>
  statuses.map(({ application, status, step: at }) => [
    application,
    status,
    at,
  ]);

describe('RollingSync', () => {
  it('F4.7 F4.8 starts the first step and holds the others back', () => {
    const apps = [app('a', 'dev'), app('b', 'prod'), app('c', 'none')];
    const current = [live('a', 'dev'), live('b', 'prod'), live('c', 'none')];
    const set = setOf([step('dev'), step('prod')]);
    const result = rollOut(set, { current, desired: apps, now: T1 })!;
    expect(brief(result.statuses)).toEqual([
      ['a', 'Pending', '1'],
      ['b', 'Waiting', '2'],
      ['c', 'Waiting', '-1'],
    ]);
    expect(result.condition).toEqual({
      type: 'RolloutProgressing',
      status: 'True',
      reason: 'ApplicationSetModified',
      message: 'ApplicationSet is performing rollout of step 1',
    });
  });

  it('F4.8 forces automated sync off and syncs what is pending', () => {
    const result = rollOut(setOf([step('dev'), step('prod')]), {
      current: [live('a', 'dev'), live('b', 'prod')],
      desired: [app('a', 'dev'), app('b', 'prod')],
      now: T1,
    })!;
    const [a, b] = result.applications;
    expect(a.spec.syncPolicy?.automated).toEqual({
      prune: true,
      enabled: false,
    });
    expect(a.operation).toEqual({
      initiatedBy: { username: 'applicationset-controller', automated: true },
      info: [
        {
          name: 'Reason',
          value:
            'ApplicationSet RollingSync triggered a sync of this Application resource',
        },
      ],
      sync: { prune: true },
      retry: { limit: 5 },
    });
    expect(b.spec.syncPolicy?.automated?.enabled).toBe(false);
    expect(b.operation).toBeUndefined();
  });

  it.each([
    [undefined, 4],
    [1, 1],
    [0, 0],
    ['50%', 2],
    ['10%', 1],
    ['0%', 0],
  ])('F4.8 with maxUpdate %s starts %i of four', (maxUpdate, count) => {
    const names = ['a', 'b', 'c', 'd'];
    const result = rollOut(setOf([step('dev', maxUpdate)]), {
      current: names.map(name => live(name, 'dev')),
      desired: names.map(name => app(name, 'dev')),
      now: T1,
    })!;
    const pending = result.statuses.filter(
      ({ status }) => status === 'Pending',
    );
    expect(pending).toHaveLength(count);
  });

  const synced = { sync: { status: 'Synced', revision: 'r1' } };
  const operation = (phase: string, startedAt: string) => ({
    operationState: { phase, startedAt, operation: {} },
  });
  it.each([
    ['Waiting', {}, 'Waiting', 'm'],
    [
      'Waiting',
      synced,
      'Healthy',
      'Application resource has synced, updating status to Healthy',
    ],
    [
      'Waiting',
      { ...synced, health: { status: 'Progressing' } },
      'Progressing',
      'Application resource has synced, updating status to Progressing',
    ],
    ['Pending', operation('Running', '2025-12-31T23:59:59Z'), 'Pending', 'm'],
    [
      'Pending',
      operation('Running', T1),
      'Progressing',
      'Application resource became Progressing, updating status from Pending to Progressing',
    ],
    [
      'Pending',
      operation('Succeeded', T1),
      'Progressing',
      'Application resource completed a sync successfully, updating status from Pending to Progressing',
    ],
    [
      'Pending',
      operation('Failed', T1),
      'Progressing',
      'Application resource completed a sync, updating status from Pending to Progressing',
    ],
    [
      'Pending',
      { conditions: [{ type: 'InvalidSpecError', message: 'x' }] },
      'Progressing',
      'Application resource has error and cannot sync, updating status to Progressing',
    ],
    [
      'Progressing',
      synced,
      'Healthy',
      'Application resource became Healthy, updating status from Progressing to Healthy',
    ],
    ['Progressing', {}, 'Progressing', 'm'],
    [
      'Healthy',
      { sync: { status: 'OutOfSync', revision: 'r2' } },
      'Waiting',
      'Application has pending changes, setting status to Waiting',
    ],
  ] as const)(
    'F4.7 goes from %s on to the next %#',
    (from, status, to, message) => {
      // A step that may start nothing shows what the application itself brings about.
      const result = rollOut(
        setOf([step('dev', 0)], [known('a', from, { message: 'm' })]),
        {
          current: [live('a', 'dev', status)],
          desired: [app('a', 'dev')],
          now: T1,
        },
      )!;
      expect(result.statuses[0]).toMatchObject({ status: to, message });
    },
  );

  it('F4.7 sees that a set wants another spec', () => {
    const changed = app('a', 'dev');
    changed.spec.destination = { namespace: 'new' };
    const result = rollOut(setOf([step('dev', 0)], [known('a', 'Healthy')]), {
      current: [live('a', 'dev')],
      desired: [changed],
      now: T1,
    })!;
    expect(result.statuses[0].message).toBe(
      'Application has pending changes (spec differs), setting status to Waiting',
    );
  });

  it('F4.7 has completed when every step is healthy', () => {
    const result = rollOut(
      setOf(
        [step('dev'), step('prod')],
        [known('a', 'Healthy'), known('b', 'Healthy', { step: '2' })],
      ),
      {
        current: [live('a', 'dev', synced), live('b', 'prod', synced)],
        desired: [app('a', 'dev'), app('b', 'prod')],
        now: T1,
      },
    )!;
    expect(result.condition).toMatchObject({
      status: 'False',
      reason: 'ApplicationSetRolloutComplete',
      message: 'ApplicationSet Rollout has completed',
    });
  });

  it('leaves sets of another strategy alone', () => {
    const set = { metadata: { name: 's' }, spec: {} } as ApplicationSet;
    expect(rollOut(set, { current: [], desired: [], now: T1 })).toBeUndefined();
  });
});
