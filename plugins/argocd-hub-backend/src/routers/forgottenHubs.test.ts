import request from 'supertest';
import {
  agentOn,
  as,
  startRouter,
  StoreFiller,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const BASE = '/api/argocd-hub';

let started: Awaited<ReturnType<typeof startRouter>>;

/** `main` is configured, `ghost` is still stored. */
beforeAll(async () => {
  started = await startRouter();
  const ghost = new StoreFiller(started.store, 'ghost');
  for (const [fill, hub, prefix] of [
    [ghost, 'ghost', 'ghost'],
    [started.fill, 'main', 'live'],
  ] as const) {
    await fill.hub();
    await fill.clusters(`${prefix}-one`, `${prefix}-two`);
    await fill.applications(
      ...['one', 'two'].map(cluster =>
        agentOn(`${prefix}-${cluster}`, { hub }),
      ),
    );
  }
  await started.mapping.sync();
});

afterAll(() => started.stop());

describe('a hub that is not configured any more', () => {
  it.each([
    ['/hubs', 200],
    ['/clusters', 200],
    ['/clusters?hub=ghost', 200],
    ['/clusters/ghost/ghost-one', 404],
    ['/clusters/ghost/ghost-one/deployments', 404],
    ['/deployments', 200],
    ['/deployments?hub=ghost', 200],
    ['/deployments?cluster=ghost-one', 200],
    ['/entities/component/default/agent/deployments', 200],
    ['/placements', 200],
  ])('is not told of by %s', async (path, expected) => {
    const { status, text } = await request(started.server)
      .get(`${BASE}${path}`)
      .set(path === '/placements' ? as.service : as.owner);
    expect(status).toBe(expected);
    expect(text.replaceAll(path, '')).not.toContain('ghost');
  });

  it('takes no room on a page', async () => {
    const { body } = await request(started.server)
      .get(`${BASE}/deployments?limit=2`)
      .set(as.owner);
    expect(body.items.map(({ name }: { name: string }) => name).sort()).toEqual(
      ['agent-live-one', 'agent-live-two'],
    );
  });

  it('is not asked to compare again', async () => {
    const { status } = await request(started.server)
      .post(`${BASE}/deployments/ghost/argocd/agent-ghost-one/refresh`)
      .set(as.owner);
    expect(status).toBe(404);
  });
});
