import { Fixture, until } from '../testing/Fixture';
import type { Application } from '../types/argocd';
import { CrdSchema, type Kind } from './__testUtils__/CrdSchema';
import { worldOf } from './__testUtils__/world';

const SURFACES: Record<string, Kind> = {
  applications: 'application',
  applicationsets: 'applicationset',
  projects: 'appproject',
};

describe('objects against their CRDs', () => {
  const crds = new CrdSchema();
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
    await worldOf(fixture);
  }, 30_000);
  afterAll(() => fixture.stop());

  /** Everything that an API server would refuse or prune, in every object. */
  async function wrong(): Promise<string[]> {
    const found: string[] = [];
    for (const [surface, kind] of Object.entries(SURFACES)) {
      const { body } = await fixture.admin(`/api/v1/${surface}`);
      expect(body.items.length).toBeGreaterThan(0);
      for (const object of body.items) {
        for (const { what, path, detail } of crds.check(kind, object)) {
          found.push(
            `${kind} ${object.metadata.name}: ${what} ${path} ${detail}`,
          );
        }
      }
    }
    return found;
  }

  it('hold when everything is in order', async () => {
    expect(await wrong()).toEqual([]);
  });

  it('F5.1, F5.7 say what was compared, and sum up', async () => {
    const { spec, status } = await fixture.application('agent-prod');
    expect(status.sync).toEqual({
      status: 'Synced',
      revision: expect.stringMatching(/^[0-9a-f]{40}$/),
      comparedTo: { source: spec.source, destination: spec.destination },
    });
    expect(status).toMatchObject({
      summary: { images: [expect.any(String)] },
      reconciledAt: expect.stringMatching(/^[\d-]+T[\d:]+Z$/),
      sourceType: 'Helm',
      controllerNamespace: 'argocd',
      sourceHydrator: {},
    });
  });

  it('F5.5 keep the last ten deployments, oldest first', async () => {
    const entries = 12;
    for (let commits = 1; commits <= entries; commits += 1) {
      const before = await fixture.application('agent-prod');
      const last = before.status.history!.at(-1)!.id;
      if (last >= entries) break;
      await fixture.control('/repo/commit', {
        tag: `3.0.${commits}`,
        author: 'A <a@example.com>',
        message: 'Release',
      });
      await fixture.waitFor(
        'agent-prod',
        ({ status }) => status.history!.at(-1)!.id > last,
      );
    }
    const { status } = await fixture.application('agent-prod');
    const ids = status.history!.map(({ id }) => id);
    const first = ids.at(-1)! - 9;
    expect(ids).toEqual(Array.from({ length: 10 }, (_, at) => first + at));
    expect(status.history!.at(-1)).toMatchObject({
      revision: status.sync.revision,
      deployedAt: expect.any(String),
      deployStartedAt: expect.any(String),
      source: { path: 'helm' },
      initiatedBy: { automated: true },
    });
    expect(await wrong()).toEqual([]);
  }, 60_000);

  it('hold while a sync is asked for and after it', async () => {
    const { status } = await fixture.hub(
      '/api/v1/applications/agent-prod/sync',
      {
        method: 'POST',
        body: { prune: true, infos: [{ name: 'a', value: 'b' }] },
      },
    );
    expect(status).toBe(200);
    expect(await wrong()).toEqual([]);
    await fixture.waitFor(
      'agent-prod',
      app => !app.operation && app.status.operationState?.phase === 'Succeeded',
    );
    expect(await wrong()).toEqual([]);
  });

  it('F5.3 hold when a rollout fails', async () => {
    await fixture.control('/spokes/staging/fail-next-rollout', {});
    await fixture.control('/repo/commit', {
      tag: '9.9.9',
      author: 'A <a@example.com>',
      message: 'Fail',
    });
    const { status } = await fixture.waitFor(
      'agent-staging',
      app => app.status.health.status === 'Degraded',
    );
    expect(status.history!.length).toBeGreaterThan(1);
    expect(await wrong()).toEqual([]);
  }, 30_000);

  it('F5.4, F5.11 hold when a cluster is away', async () => {
    await fixture.control('/spokes/dr/break', { how: 'refused' });
    await fixture.admin('/api/v1/applications/agent-dr/sync', {
      method: 'POST',
      body: {},
    });
    const id = fixture.clusterId('dr');
    await fixture.admin(`/api/v1/clusters/${id}/invalidate-cache`, {
      method: 'POST',
    });
    const app: Application = await until(async () => {
      const path = '/api/v1/applications/agent-dr?refresh=hard';
      const { body } = await fixture.admin(path);
      return body.status.sync.status === 'Unknown' && body;
    });
    expect(app.status.conditions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'ComparisonError' }),
      ]),
    );
    expect(await wrong()).toEqual([]);
  }, 30_000);

  it('hold for a set that fails and one that works', async () => {
    const set = (name: string, server: string) => ({
      metadata: { name },
      spec: {
        generators: [{ list: { elements: [{ server }] } }],
        template: {
          metadata: { name: `${name}-app` },
          spec: {
            project: 'default',
            source: {
              repoURL: 'https://github.com/example/agent',
              path: 'helm',
            },
            destination: { server: '{{server}}', namespace: 'x' },
          },
        },
      },
    });
    const sets = [
      set('works', fixture.spoke('prod').url),
      set('fails', 'https://127.0.0.1:1'),
    ];
    for (const body of sets) {
      const path = '/api/v1/applicationsets';
      const { status } = await fixture.admin(path, { method: 'POST', body });
      expect(status).toBe(200);
    }
    await fixture.waitFor('works-app', app => !!app.status.sync.status);
    await until(async () => {
      const { body } = await fixture.admin('/api/v1/applicationsets/fails');
      return body.status?.conditions?.some(
        ({ type, status }: { type: string; status: string }) =>
          type === 'ErrorOccurred' && status === 'True',
      );
    });
    expect(await wrong()).toEqual([]);
  }, 30_000);

  it('F3.7 takes a Secret without asking the cluster', async () => {
    const server = 'https://127.0.0.1:1';
    const { status } = await fixture.control('/hub/objects', {
      kind: 'Secret',
      metadata: {
        name: 'declared',
        labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
      },
      stringData: { name: 'declared', server, config: '{}' },
    });
    expect(status).toBe(200);
    const path = '/api/v1/clusters/declared?id.type=name';
    const quiet = await until(async () => {
      const { body } = await fixture.admin(path);
      return body.connectionState?.attemptedAt && body;
    });
    expect(quiet.connectionState.status).toBe('Unknown');
    const { spec } = await fixture.application('agent-prod');
    await fixture.admin('/api/v1/applications?validate=false', {
      method: 'POST',
      body: {
        metadata: { name: 'declared' },
        spec: { ...spec, destination: { server, namespace: 'x' } },
      },
    });
    await until(async () => {
      const { body } = await fixture.admin(path);
      return body.connectionState.status === 'Failed';
    });
  }, 30_000);
});
