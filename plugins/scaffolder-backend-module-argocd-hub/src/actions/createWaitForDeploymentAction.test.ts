import { deployment, HubServer, run } from '../__testUtils__/HubServer';
import { createWaitForDeploymentAction } from './createWaitForDeploymentAction';

const ROUTE = 'GET /entities/component/default/agent/deployments';
const input = {
  hub: 'main',
  cluster: 'perf',
  entityRef: 'component:default/agent',
  timeout: 5,
};

const tab = (...deployments: object[]) => ({ deployments });

let hub: HubServer;

beforeEach(async () => {
  hub = await HubServer.start();
});

afterEach(async () => {
  await hub.stop();
});

function wait(options: Partial<Parameters<typeof run>[1]> = {}) {
  const action = createWaitForDeploymentAction({ api: hub.api, pollMs: 10 });
  return run(action, { input, ...options });
}

describe('argocd-hub:deployment:wait', () => {
  it('waits until the operation is over, Synced and Healthy', async () => {
    const running = { phase: 'Running', startedAt: '2026-06-01T12:00:00Z' };
    const missing = deployment({
      sync: { status: 'OutOfSync' },
      health: { status: 'Missing' },
      operation: undefined,
    });
    hub.answerInTurn(ROUTE, [
      tab(),
      tab(deployment({ destination: { namespace: 'a', cluster: 'prod' } })),
      tab(missing),
      tab({ ...missing, operation: running }),
      tab(deployment({ operation: running as any })),
      tab(deployment({ health: { status: 'Progressing' } })),
      tab(deployment()),
    ]);
    const { log, outputs, error } = await wait();
    expect(error).toBeUndefined();
    expect(log).toEqual([
      'Waiting until what goes to perf runs there (at most 5 s)',
      'Argo CD has made no application yet',
      'agent-perf is OutOfSync and Missing',
      'agent-perf is OutOfSync and Missing (its sync is running)',
      'agent-perf is Synced and Healthy (its sync is running)',
      'agent-perf is Synced and Progressing',
      'Synced and Healthy on perf: agent-perf (0 s)',
    ]);
    expect(outputs).toEqual({ applications: ['agent-perf'] });
  });

  it.each([
    [
      'is Degraded',
      {
        health: { status: 'Degraded' },
        conditions: [{ type: 'X', message: 'exceeded its progress deadline' }],
      },
      /Degraded.*exceeded its progress deadline/,
    ],
    [
      'could not be synced',
      {
        operation: {
          phase: 'Failed',
          startedAt: '2026-06-01T12:00:00Z',
          message: 'one or more objects failed to apply',
        },
      },
      /ended with Failed.*one or more objects failed to apply/,
    ],
    [
      'is not valid',
      {
        health: { status: 'Unknown' },
        conditions: [
          { type: 'InvalidSpecError', message: 'not permitted in project' },
        ],
      },
      /cannot be deployed.*not permitted in project/,
    ],
  ])('fails at once when one %s', async (_what, changes, words) => {
    hub.answer(ROUTE, tab(deployment(), deployment(changes as any)));
    const { error } = await wait();
    expect(error?.message).toMatch(words);
    expect(hub.calls).toHaveLength(1);
  });

  it('waits for applications that are named', async () => {
    hub.answerInTurn(ROUTE, [
      tab(deployment()),
      tab(deployment(), deployment({ name: 'jobs-perf' })),
    ]);
    const { log } = await wait({
      input: { ...input, applications: ['agent-perf', 'jobs-perf'] },
    });
    expect(log[1]).toBe('Argo CD has not made jobs-perf yet');
    expect(log.at(-1)).toContain('agent-perf, jobs-perf');
  });

  it('looks at all that runs on the cluster where no entity is given', async () => {
    const page = { items: [deployment({ name: 'other' })] };
    hub.answer('GET /deployments?hub=main&cluster=perf&cursor=2', {
      items: [deployment()],
    });
    hub.answer('GET /deployments?hub=main&cluster=perf', {
      ...page,
      nextCursor: '2',
    });
    const { outputs } = await wait({
      input: {
        ...input,
        entityRef: undefined,
        applicationSet: 'agent-multi-cluster',
      },
    });
    expect(outputs.applications).toEqual(['other', 'agent-perf']);
  });

  it('does not believe a state that is not certain', async () => {
    const unknown = deployment({
      health: {
        status: 'Unknown',
        reported: 'Healthy',
        reason: 'cluster-unreachable',
      },
    });
    hub.answer(ROUTE, tab(unknown));
    const { error } = await wait({ input: { ...input, timeout: 0.1 } });
    expect(error?.message).toMatch(
      /Gave up.*Unknown \(not certain: cluster-unreachable\)/,
    );
  });

  it('outlives a backend that is away for a moment', async () => {
    hub.refuseOnce(ROUTE, 'the hub is down', tab(deployment()));
    const { log, error } = await wait();
    expect(error).toBeUndefined();
    expect(log[1]).toBe('No answer at the moment (the hub is down)');
  });

  it('gives up at once where the entity is hidden', async () => {
    hub.refuse(ROUTE, 404, 'NotFoundError', 'Entity not found');
    const { error } = await wait();
    expect(error?.message).toBe('Entity not found');
  });

  it('stops when the task is cancelled', async () => {
    hub.answer(ROUTE, tab());
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const { error } = await wait({ signal: controller.signal });
    expect(error?.name).toBe('AbortError');
  });

  it('does not wait in a dry run', async () => {
    const { outputs } = await wait({
      input: { ...input, applications: ['agent-perf'] },
      isDryRun: true,
    });
    expect(outputs.applications).toEqual(['agent-perf']);
    expect(hub.calls).toEqual([]);
  });
});
