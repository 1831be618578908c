import { Fixture, until } from '../../testing/Fixture';

const SETS = '/api/v1/applicationsets';

describe('application sets', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
    await fixture.waitFor('agent-prod', app => !!app.status.reconciledAt);
  });
  afterAll(() => fixture.stop());

  const set = (name: string, changes: object = {}, template: object = {}) => ({
    metadata: { name },
    spec: {
      goTemplate: true,
      generators: [
        { clusters: { selector: { matchLabels: { env: 'staging' } } } },
      ],
      template: {
        metadata: { name: `${name}-{{.name}}` },
        spec: {
          project: 'default',
          source: {
            repoURL: 'https://github.com/example/agent',
            path: 'helm',
            targetRevision: 'main',
          },
          destination: { server: '{{.server}}', namespace: 'default' },
          ...template,
        },
      },
      ...changes,
    },
  });
  const generate = async (applicationSet: object) => {
    const answer = await fixture.hub(`${SETS}/generate`, {
      method: 'POST',
      body: { applicationSet },
    });
    return {
      ...answer,
      names: answer.body.applications?.map(
        (app: { metadata: { name: string } }) => app.metadata.name,
      ),
    };
  };
  const labels = (name: string, map: Record<string, string>) =>
    fixture.hub(
      `/api/v1/clusters/${fixture.clusterId(name)}?updatedFields=labels`,
      { method: 'PUT', body: { labels: map } },
    );
  const list = async () =>
    (await fixture.hub('/api/v1/applications')).body.items.map(
      (app: { metadata: { name: string } }) => app.metadata.name,
    );

  it('F4.3 makes applications appear and vanish with the labels of a cluster', async () => {
    const before = (
      await fixture.hub(`/api/v1/clusters/${fixture.clusterId('dr')}`)
    ).body.labels;
    const { 'deploy.agent': _, ...without } = before;
    await labels('dr', without);
    await until(async () => !(await list()).includes('agent-dr'));
    const { body } = await fixture.control('/spokes/dr/objects/deployments');
    expect(body).toEqual([]);
    await labels('dr', before);
    const app = await fixture.waitFor(
      'agent-dr',
      ({ status }) => status.health.status === 'Healthy',
    );
    expect(app.status.sync.status).toBe('Synced');
  });

  it('F4.4 owns what it generates and lets it clean up after itself', async () => {
    const { metadata } = await fixture.application('agent-prod');
    const { body } = await fixture.hub(`${SETS}/agent-multi-cluster`);
    expect(metadata.ownerReferences).toEqual([
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'ApplicationSet',
        name: 'agent-multi-cluster',
        uid: body.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(metadata.finalizers).toEqual([
      'resources-finalizer.argocd.argoproj.io',
    ]);
    expect(metadata.labels).toEqual({ env: 'prod' });
  });

  it('F4.7 tells its conditions, its health and what it generated', async () => {
    const { body } = await fixture.hub(`${SETS}/agent-multi-cluster`);
    const { conditions, health, resources, resourcesCount } = body.status;
    expect(
      conditions.map(({ type, status }: { type: string; status: string }) => [
        type,
        status,
      ]),
    ).toEqual([
      ['ErrorOccurred', 'False'],
      ['ParametersGenerated', 'True'],
      ['ResourcesUpToDate', 'True'],
    ]);
    expect(health.status).toBe('Healthy');
    expect(resourcesCount).toBe(3);
    expect(resources[0]).not.toHaveProperty('destination');
  });

  it('F1.7.2 F4.2 generates without saving, by selector', async () => {
    const { names } = await generate(set('preview'));
    expect(names).toEqual(['preview-staging']);
    expect((await fixture.hub(`${SETS}/preview`)).status).toBe(404);
    const everywhere = await generate(
      set('all', { generators: [{ clusters: {} }] }),
    );
    expect(everywhere.names).toContain('all-in-cluster');
    const named = await generate(
      set('some', {
        generators: [
          {
            clusters: {
              selector: {
                matchExpressions: [
                  { key: 'env', operator: 'In', values: ['prod', 'dr'] },
                ],
              },
            },
          },
        ],
      }),
    );
    expect(named.names.sort()).toEqual(['some-dr', 'some-prod']);
  });

  it('F10.3.5 takes a hypothetical cluster as an element of a list', async () => {
    const { names } = await generate(
      set('list', {
        generators: [
          {
            list: {
              elements: [
                {
                  name: 'future',
                  nameNormalized: 'future',
                  server: fixture.spoke('prod').url,
                  metadata: { labels: { env: 'x' } },
                },
              ],
            },
          },
        ],
      }),
    );
    expect(names).toEqual(['list-future']);
  });

  it('F4.1 reports a template it cannot render', async () => {
    const { status, body } = await generate(
      set('bad', {}, { destination: { server: '{{if .x}}y{{end}}' } }),
    );
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch('only fields and index are understood');
  });

  it('F1.7.1 refuses a templated project, an unknown one, and a quiet change', async () => {
    const create = (body: object, query = '') =>
      fixture.hub(`${SETS}${query}`, { method: 'POST', body });
    const templated = await create(set('a', {}, { project: '{{.name}}' }));
    expect([templated.status, templated.body.code]).toEqual([500, 2]);
    const unknown = await create(set('a', {}, { project: 'none' }));
    expect(unknown.status).toBe(400);
    const selectNone = {
      generators: [
        { clusters: { selector: { matchLabels: { env: 'none' } } } },
      ],
    };
    expect((await create(set('a', selectNone))).status).toBe(200);
    expect((await create(set('a', selectNone))).status).toBe(200);
    const changed = await create(set('a'));
    expect(changed.status).toBe(400);
    const upserted = await create(set('a'), '?upsert=true');
    expect(upserted.status).toBe(200);
    await fixture.waitFor('a-staging', app => !!app.status.reconciledAt);
  });

  it('F1.7.1 lists with dryRun what would be generated', async () => {
    const { body } = await fixture.hub(`${SETS}?dryRun=true`, {
      method: 'POST',
      body: set('dry'),
    });
    expect(
      body.status.resources.map(({ name }: { name: string }) => name),
    ).toEqual(['dry-staging']);
    expect((await fixture.hub(`${SETS}/dry`)).status).toBe(404);
  });

  it('F4.4 leaves out an application whose destination does not resolve', async () => {
    await fixture.hub(SETS, {
      method: 'POST',
      body: set('lost', {}, { destination: { name: 'nowhere' } }),
    });
    const error = await until(async () => {
      const { body } = await fixture.hub(`${SETS}/lost`);
      const [condition] = body.status?.conditions ?? [];
      return condition?.status === 'True' && condition;
    });
    expect(error.type).toBe('ErrorOccurred');
    expect(error.reason).toBe('ApplicationValidationError');
    expect(error.message).toMatch('there are no clusters with this name');
    expect(await list()).not.toContain('lost-staging');
  });
});
