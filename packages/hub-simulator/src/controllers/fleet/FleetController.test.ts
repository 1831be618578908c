import { Fixture, until } from '../../testing/Fixture';
import type { Application } from '../../types/argocd';

const FIELDS = 'items.metadata.name,items.status.operationState.finishedAt';

describe('the controller of a fleet', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({
      applications: 60,
      clusters: 6,
      timeScale: 30,
    });
  });
  afterAll(() => fixture.stop());

  const list = async (): Promise<Application[]> => {
    const { body } = await fixture.hub('/api/v1/applications');
    return body.items;
  };
  const first = async () => (await list())[0];

  it('F6.6 rewrites every application all the time', async () => {
    const before = new Map(
      (await list()).map(app => [
        app.metadata.name,
        app.metadata.resourceVersion,
      ]),
    );
    const moved = await until(async () => {
      const found = (await list()).filter(
        ({ metadata }) =>
          before.get(metadata.name) !== metadata.resourceVersion,
      );
      return found.length === before.size && found;
    });
    expect(moved).toHaveLength(60);
  });

  it('F1.4.4 answers a refresh', async () => {
    const { name } = (await first()).metadata;
    const { status, body } = await fixture.hub(
      `/api/v1/applications/${name}?refresh=normal`,
    );
    expect(status).toBe(200);
    const { annotations } = body.metadata;
    expect(annotations).not.toHaveProperty('argocd.argoproj.io/refresh');
  });

  it('F5.3 syncs on request, and F5.5 remembers it', async () => {
    const { metadata, status } = await first();
    const { name } = metadata;
    const last = status.history!.at(-1)!.id;
    await fixture.hub(`/api/v1/applications/${name}/sync`, {
      method: 'POST',
      body: {},
    });
    const app = await fixture.waitFor(
      name,
      each => each.status.history!.at(-1)!.id === last + 1,
    );
    expect(app.operation).toBeUndefined();
    expect(app.status.history!.length).toBeLessThanOrEqual(10);
    expect(app.status.operationState).toMatchObject({
      phase: 'Succeeded',
      message: 'successfully synced (all tasks run)',
    });
  });

  it('F5.11 keeps what it knew of a dead cluster until its cache is lost', async () => {
    const [spoke] = fixture.simulator.spokes;
    await fixture.control(`/spokes/${spoke.name}/break`, { kind: 'refused' });
    const on = (await list()).filter(
      ({ spec }) =>
        spec.destination.server === spoke.url ||
        spec.destination.name === spoke.name,
    );
    const { name } = on[0].metadata;
    await fixture.hub(`/api/v1/applications/${name}/sync`, {
      method: 'POST',
      body: {},
    });
    const failed = await fixture.waitFor(
      name,
      ({ status }) => status.operationState?.phase === 'Failed',
    );
    expect(failed.status.operationState!.message).toMatch(
      /dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/,
    );
    const refresh = () =>
      fixture.hub(`/api/v1/applications/${name}?refresh=normal`);
    const sync = async () => (await refresh()).body.status.sync.status;
    expect(await sync()).not.toBe('Unknown');
    const id = encodeURIComponent(spoke.url);
    await fixture.admin(`/api/v1/clusters/${id}/invalidate-cache`, {
      method: 'POST',
    });
    const lost = await until(async () => {
      const { body } = await refresh();
      return body.status.sync.status === 'Unknown' && body;
    });
    expect(lost.status.health.status).toBe('Healthy');
    const texts = lost.status.conditions.map(
      ({ message }: { message: string }) => message,
    );
    expect(texts).toEqual([
      expect.stringContaining('Failed to load target state: failed to get'),
      expect.stringContaining('Failed to load live state: failed to get'),
    ]);
    await fixture.control(`/spokes/${spoke.name}/heal`, {});
    await until(async () => (await sync()) === 'Synced');
  });

  it('F2.6 leaves everything alone while its controller is dead', async () => {
    const { name } = (await first()).metadata;
    await fixture.control('/hub/shards/0/kill', {});
    const refused = await fixture.hub(
      `/api/v1/applications/${name}?refresh=normal`,
      { headers: { 'Grpc-Timeout': '300m' } },
    );
    expect(refused.status).toBe(504);
    await fixture.control('/hub/shards/0/revive', {});
    const answered = await fixture.hub(
      `/api/v1/applications/${name}?refresh=normal`,
    );
    expect(answered.status).toBe(200);
  });

  it('F4.6 lets an application go with the cluster that no longer matches', async () => {
    const spoke = fixture.simulator.spokes[1];
    const id = encodeURIComponent(spoke.url);
    const path = `/api/v1/clusters/${id}?updatedFields=labels`;
    const { body } = await fixture.hub(`/api/v1/clusters/${id}`);
    await fixture.admin(path, { method: 'PUT', body: { labels: {} } });
    const names = async () =>
      (await list()).filter(
        ({ metadata }) =>
          metadata.ownerReferences && metadata.name.endsWith(spoke.name),
      );
    await until(async () => !(await names()).length);
    await fixture.admin(path, {
      method: 'PUT',
      body: { labels: body.labels },
    });
    const [app] = await until(async () => {
      const found = await names();
      return found.length > 0 && found;
    });
    const healthy = await fixture.waitFor(
      app.metadata.name,
      each => each.status.health.status === 'Healthy',
    );
    expect(healthy.status.sync.status).toBe('Synced');
  });
});

describe('a fleet that changes', () => {
  it('rolls releases out over all clusters', async () => {
    const fixture = await Fixture.start({
      applications: 40,
      clusters: 4,
      changeRate: 40,
      timeScale: 10,
    });
    const finished = async () => {
      const { text } = await fixture.hub(
        `/api/v1/applications?fields=${FIELDS}`,
      );
      return text;
    };
    const before = await finished();
    const revisions = await until(async () => {
      if ((await finished()) === before) return false;
      const { body } = await fixture.hub('/api/v1/applications');
      const found = new Map<string, Set<string>>();
      for (const { metadata, status } of body.items as Application[]) {
        const service = metadata.labels!['app.kubernetes.io/name'];
        const seen = found.get(service) ?? new Set();
        found.set(service, seen.add(status.history!.at(-1)!.revision));
      }
      return found;
    });
    await fixture.stop();
    const mixed = [...revisions.values()].filter(({ size }) => size > 1);
    expect(mixed.length).toBeLessThan(revisions.size);
  });
});
