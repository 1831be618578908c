import request from 'supertest';
import { HubError } from '../hub/HubError';
import { agentOn, as, NOW, startRouter } from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const PATH = '/api/argocd-hub/deployments/main/argocd/agent-prod/refresh';
const NAMED = {
  annotations: { 'backstage.io/entity-ref': 'component:default/agent' },
};

let started: Awaited<ReturnType<typeof startRouter>> | undefined;

async function start(
  options: Parameters<typeof startRouter>[0] = {},
  application: Parameters<typeof agentOn>[1] = NAMED,
) {
  const refreshApplication = jest.fn(async () => {});
  started = await startRouter({
    hubClient: { refreshApplication },
    ...options,
  });
  await started.fill.hub();
  await started.fill.clusters('prod');
  await started.fill.applications(agentOn('prod', application));
  await started.mapping.sync();
  const { server, fill, clock, audit } = started;
  return {
    ...{ fill, clock, audit },
    refreshApplication,
    post: (path = PATH, headers = as.owner) =>
      request(server).post(path).set(headers),
  };
}

afterEach(() => started?.stop());

it('asks the hub to compare again', async () => {
  const { post, refreshApplication } = await start();

  expect((await post()).status).toBe(202);
  expect((await post(`${PATH}?hard=true`)).status).toBe(202);

  const asked = { namespace: 'argocd', project: 'default', timeoutMs: 3_000 };
  expect(refreshApplication.mock.calls).toEqual([
    ['agent-prod', { ...asked, kind: 'normal' }],
    ['agent-prod', { ...asked, kind: 'hard' }],
  ]);
});

it.each([{ hard: true }, { hard: 'true' }, ['hard']])(
  'refuses the body %j, which it would not follow',
  async given => {
    const { post, refreshApplication } = await start();

    const { status, body } = await post().send(given);

    expect(status).toBe(400);
    expect(body.error.message).toMatch(/'hard'; there is none here|body/);
    expect(refreshApplication).not.toHaveBeenCalled();
    expect((await post().send({})).status).toBe(202);
  },
);

describe('who may', () => {
  it('is decided by the entity that the application names', async () => {
    const { post } = await start({
      ownerOnly: ['argocd-hub.deployment.refresh'],
    });

    expect((await post()).status).toBe(202);
    expect((await post(PATH, as.stranger)).status).toBe(403);
  });

  it('is not decided by an entity that only claims it', async () => {
    const { post, refreshApplication } = await start(
      { ownerOnly: ['argocd-hub.cluster.update'] },
      { annotations: {} },
    );

    expect((await post(PATH, as.stranger)).status).toBe(403);
    expect(refreshApplication).not.toHaveBeenCalled();
    expect((await post()).status).toBe(202);
  });

  it('is decided by a claim where the configuration gives it the project', async () => {
    const { post } = await start(
      {
        ownerOnly: ['argocd-hub.cluster.update'],
        config: {
          mapping: {
            applicationEntityRefKey: 'backstage.io/entity-ref',
            projects: { default: ['group:default/guests'] },
          },
        },
      },
      { annotations: {} },
    );

    expect((await post(PATH, as.stranger)).status).toBe(202);
  });

  it('learns nothing of what it may not see', async () => {
    const { post } = await start({
      privateEntities: ['component:default/agent'],
      ownerOnly: ['argocd-hub.cluster.read'],
    });

    const hidden = await post(PATH, as.stranger);
    const missing = await post(PATH.replace('prod', 'prot'), as.stranger);

    expect([hidden.status, missing.status]).toEqual([404, 404]);
  });
});

it.each<[string, number, string, HubError]>([
  [
    'a refusal of the hub as our fault',
    503,
    'hub-auth',
    new HubError({ class: 'auth', status: 403, message: 'permission denied' }),
  ],
  [
    'an outage of the hub',
    503,
    'hub-down',
    new HubError({ class: 'refused', message: 'The hub did not answer' }),
  ],
])('tells %s', async (_, status, code, error) => {
  const { post, refreshApplication } = await start();
  refreshApplication.mockRejectedValue(error);

  const response = await post();

  expect(response.status).toBe(status);
  expect(response.body.error).toEqual({
    name: 'ServiceUnavailableError',
    code,
    message: expect.not.stringContaining('permission denied'),
  });
});

it('does not act on knowledge that is too old', async () => {
  const { post, fill, refreshApplication } = await start();
  await fill.hub(3_600_000);

  const response = await post();

  expect(response.status).toBe(409);
  expect(response.body.error.code).toBe('stale');
  expect(refreshApplication).not.toHaveBeenCalled();
});

describe('what would help nothing', () => {
  it('is refused where Argo CD was told to leave it alone, with the way out', async () => {
    const { post, refreshApplication } = await start(
      {},
      { ...NAMED, skipReconcile: true },
    );

    const { status, body } = await post();

    expect(status).toBe(409);
    expect(body.error.message).toMatch(
      /annotation argocd\.argoproj\.io\/skip-reconcile\. Remove that annotation/,
    );
    expect(refreshApplication).not.toHaveBeenCalled();
  });

  it('is refused where the controller is silent, with the way out', async () => {
    const { post, fill, clock, refreshApplication } = await start();
    const later = 6 * 60_000;
    clock.now = NOW + later;
    await fill.hub(-later);
    await fill.heartbeatAt('prod', NOW + later);

    const { status, body } = await post();

    expect(status).toBe(409);
    expect(body.error.message).toMatch(
      /shows no sign of life.*get its application controller going again/,
    );
    expect(refreshApplication).not.toHaveBeenCalled();
  });
});

describe('the audit', () => {
  const asked = {
    eventId: 'deployment-refresh',
    severityLevel: 'medium',
    meta: { hub: 'main', namespace: 'argocd', name: 'agent-prod', hard: false },
  };
  const failing = (name: string) => ({
    ...asked,
    end: 'failure',
    error: expect.objectContaining({ name }),
  });

  it('tells who did it', async () => {
    const { post, audit } = await start();
    await post();
    expect(audit.entries).toEqual([{ ...asked, end: 'success' }]);
  });

  it('tells who may not', async () => {
    const { post, audit } = await start({
      ownerOnly: ['argocd-hub.deployment.refresh'],
    });
    expect((await post(PATH, as.stranger)).status).toBe(403);
    expect(audit.entries).toEqual([failing('NotAllowedError')]);
  });

  it('tells the same of what is hidden as of what is missing', async () => {
    const { post, audit } = await start({
      privateEntities: ['component:default/agent'],
      ownerOnly: ['argocd-hub.cluster.read'],
    });
    await post(PATH, as.stranger);
    await post(PATH.replace('agent-prod', 'missing'), as.stranger);
    const [hidden, missing] = audit.entries;
    expect(hidden).toEqual(failing('NotFoundError'));
    expect({
      ...missing,
      meta: { ...missing.meta, name: 'agent-prod' },
    }).toEqual(failing('NotFoundError'));
  });

  it('tells why it was not possible', async () => {
    const { post, fill, audit, refreshApplication } = await start();
    refreshApplication.mockRejectedValueOnce(
      new HubError({ class: 'refused', message: 'The hub did not answer' }),
    );
    await post();
    await fill.hub(3_600_000);
    await post();
    expect(audit.entries).toEqual([
      failing('HubError'),
      failing('ConflictError'),
    ]);
  });

  it('hears nothing of callers that nobody knows', async () => {
    const { post, audit } = await start();
    expect((await post(PATH, as.nobody)).status).toBe(401);
    expect(audit.entries).toEqual([]);
  });
});

it.each(['main/argocd/..%2fx', 'main/argo%2Fcd/x', 'ma%2e%2e/argocd/x'])(
  'refuses %s',
  async path => {
    const { post, refreshApplication } = await start();

    const { status } = await post(
      `/api/argocd-hub/deployments/${path}/refresh`,
    );

    expect(status).toBe(400);
    expect(refreshApplication).not.toHaveBeenCalled();
  },
);
