import { Fixture, until } from '../../testing/Fixture';

const LIST = '/api/v1/applications';

describe('applications', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
    await until(async () => {
      const app = await fixture.application('agent-staging');
      return !!app.status.reconciledAt;
    });
  });
  afterAll(() => fixture.stop());

  const names = async (query: string) =>
    (await fixture.hub(`${LIST}?${query}`)).body.items.map(
      (app: { metadata: { name: string } }) => app.metadata.name,
    );

  it('F1.4.1 lists by name, filtered by selector, project, repo and name', async () => {
    const all = ['agent-dr', 'agent-prod', 'agent-staging'];
    expect(await names('')).toEqual(all);
    expect(await names('selector=env%20in%20(prod,dr)')).toEqual([
      'agent-dr',
      'agent-prod',
    ]);
    expect(await names('projects=default')).toEqual(all);
    expect(await names('projects=default&project=none')).toEqual([]);
    expect(await names('repo=https://github.com/example/agent')).toEqual(all);
    expect(await names('name=agent-dr')).toEqual(['agent-dr']);
  });

  it('F1.4.1 gives the resource version of the whole list', async () => {
    const { body } = await fixture.hub(LIST);
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(1000);
  });

  it('F1.1.1 answers objects without kind, their numbers as numbers', async () => {
    const app = await fixture.application('agent-prod');
    expect(app).not.toHaveProperty('kind');
    expect(app.metadata.generation).toEqual(expect.any(Number));
    expect(app.status.reconciledAt).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    );
  });

  it('F1.4.2 fills the health of resources on get, not on list', async () => {
    const app = await fixture.application('agent-prod');
    const deployment = app.status.resources!.find(
      ({ kind }) => kind === 'Deployment',
    );
    expect(deployment?.health?.status).toBe('Healthy');
    const { body } = await fixture.hub(LIST);
    expect(JSON.stringify(body.items[1].status.resources)).not.toMatch(
      'health',
    );
  });

  it('F1.4.3 knows a fixed set of fields and drops others silently', async () => {
    const fields = [
      'items.metadata.name',
      'items.metadata.uid',
      'items.spec.destination',
      'items.status.sync.revision',
      'items.status.conditions',
      'items.metadata.deletionTimestamp',
    ].join(',');
    const { body } = await fixture.hub(`${LIST}?fields=${fields}`);
    expect(body.items[1]).toEqual({
      metadata: { name: 'agent-prod', deletionTimestamp: null },
      spec: {
        destination: { server: fixture.spoke('prod').url, namespace: 'agent' },
      },
      status: { sync: { revision: expect.stringMatching(/^[0-9a-f]{40}$/) } },
    });
    expect(body.metadata).toHaveProperty('resourceVersion');
  });

  it('F1.4.3 returns the sync result under the name of the operation', async () => {
    const { body } = await fixture.hub(
      `${LIST}?fields=items.status.operationState.operation.sync`,
    );
    expect(body.items[0].status.operationState.operation.sync.revision).toMatch(
      /^[0-9a-f]{40}$/,
    );
  });

  it('F1.4.3 answers null for an empty list with fields, [] without', async () => {
    const trimmed = await fixture.hub(
      `${LIST}?name=none&fields=items.metadata.name`,
    );
    expect(trimmed.body.items).toBeNull();
    const full = await fixture.hub(`${LIST}?name=none`);
    expect(full.body.items).toEqual([]);
  });

  it('F1.4.3 fails when spec is asked for with a part of it', async () => {
    const { status, body } = await fixture.hub(
      `${LIST}?fields=items.spec,items.spec.project`,
    );
    expect(status).toBe(500);
    expect(body.message).toBe('field spec.project is not a map');
  });

  it('F1.4.4 answers 403 for a missing application, 404 with a project', async () => {
    expect((await fixture.hub(`${LIST}/none`)).status).toBe(403);
    const { status } = await fixture.hub(`${LIST}/none?project=default`);
    expect(status).toBe(404);
  });

  it('F1.4.4 blocks on refresh until the controller has looked', async () => {
    const before = await fixture.application('agent-prod');
    await new Promise(resolve => setTimeout(resolve, 1100));
    const { body } = await fixture.hub(`${LIST}/agent-prod?refresh=hard`);
    expect(body.status.reconciledAt > before.status.reconciledAt!).toBe(true);
    expect(body.metadata.annotations).not.toHaveProperty(
      'argocd.argoproj.io/refresh',
    );
  });

  it('F10.2.4 waits for the controller while there is no tree yet', async () => {
    const fresh = await Fixture.start();
    const tree = await fresh.hub(`${LIST}/agent-prod/resource-tree`);
    await fresh.stop();
    expect(tree.status).toBe(200);
    expect(tree.body.nodes.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['Deployment', 'Pod', 'Service']),
    );
  });

  it('F1.6.3 hangs pods below their Deployment, with health and images', async () => {
    const { body } = await fixture.hub(`${LIST}/agent-prod/resource-tree`);
    const of = (kind: string) =>
      body.nodes.filter((node: { kind: string }) => node.kind === kind);
    const [deployment] = of('Deployment');
    expect(deployment.health).toEqual({ status: 'Healthy' });
    expect(of('Pod')).toHaveLength(3);
    expect(of('Pod')[0]).toMatchObject({
      parentRefs: [{ kind: 'Deployment', uid: deployment.uid }],
      images: ['ghcr.io/example/agent:1.4.2'],
    });
  });

  it('F1.6.6 tells author, date and message of a revision', async () => {
    const { revision } = (await fixture.application('agent-prod')).status.sync;
    const { body } = await fixture.hub(
      `${LIST}/agent-prod/revisions/${revision}/metadata`,
    );
    expect(body).toEqual({
      author: 'Priya Nair <priya@example.com>',
      date: expect.stringMatching(/Z$/),
      message: 'Fix a leak in the session cache',
    });
  });

  it('F5.2 F5.5 F5.7 has a history, a stable health and a summary', async () => {
    const { status } = await fixture.application('agent-prod');
    expect(status.history?.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
    expect(status.health.lastTransitionTime).toBe(
      status.history?.at(-1)?.deployedAt,
    );
    expect(status.summary).toEqual({
      externalURLs: ['https://agent-prod.example.com'],
      images: ['ghcr.io/example/agent:1.4.2'],
    });
  });

  it('F1.6.1 syncs asynchronously, one operation at a time', async () => {
    const sync = () =>
      fixture.hub(`${LIST}/agent-dr/sync`, { method: 'POST', body: {} });
    const { status, body } = await sync();
    expect(status).toBe(200);
    expect(body.operation.initiatedBy).toEqual({ username: 'backstage' });
    const second = await sync();
    expect([second.status, second.body.code]).toEqual([400, 9]);
    expect(second.body.message).toBe(
      'another operation is already in progress',
    );
    const done = await fixture.waitFor('agent-dr', app => !app.operation);
    expect(done.status.operationState).toMatchObject({
      phase: 'Succeeded',
      message: 'successfully synced (all tasks run)',
    });
    expect(done.status.history?.at(-1)?.initiatedBy).toEqual({
      username: 'backstage',
    });
  });

  it('F1.6.1 F1.6.2 refuses another revision and a rollback while auto-sync is on', async () => {
    const sync = await fixture.hub(`${LIST}/agent-dr/sync`, {
      method: 'POST',
      body: { revision: 'feature' },
    });
    expect(sync.status).toBe(400);
    expect(sync.body.message).toMatch('auto-sync currently set to main');
    const rollback = await fixture.hub(`${LIST}/agent-dr/rollback`, {
      method: 'POST',
      body: { id: 0 },
    });
    expect(rollback.body).toMatchObject({
      code: 9,
      message: 'rollback cannot be initiated when auto-sync is enabled',
    });
  });
});
