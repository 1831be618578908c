import { Fixture, until } from '../testing/Fixture';

const SERVER = 'https://kubernetes.default.svc';

describe("the hub's own cluster", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({ timeScale: 20 });
  });
  afterAll(() => fixture.stop());

  it('F2.5, F10.2.1 takes applications and answers live reads', async () => {
    const { spec } = await fixture.application('agent-prod');
    const created = await fixture.admin('/api/v1/applications', {
      method: 'POST',
      body: {
        metadata: { name: 'own' },
        spec: {
          ...spec,
          destination: { server: SERVER, namespace: 'own' },
          syncPolicy: {
            automated: {},
            syncOptions: ['CreateNamespace=true'],
          },
        },
      },
    });
    expect(created.status).toBe(200);
    const app = await fixture.waitFor(
      'own',
      ({ status }) =>
        status.sync.status === 'Synced' && status.health.status === 'Healthy',
    );
    expect(app.status.conditions).toBeUndefined();
    const query = await fixture.eventQuery('own', 'Deployment');
    const events = await fixture.hub(
      `/api/v1/applications/own/events?${query}`,
    );
    expect(events.status).toBe(200);
    const info = await until(async () => {
      const id = encodeURIComponent(SERVER);
      const { body } = await fixture.hub(`/api/v1/clusters/${id}`);
      const { applicationsCount, connectionState } = body.info;
      const isSeen = connectionState.status === 'Successful';
      return applicationsCount === 1 && isSeen && body.info;
    });
    expect(info.cacheInfo.resourcesCount).toBeGreaterThan(0);
    await fixture.admin('/api/v1/applications/own', { method: 'DELETE' });
    await until(async () => {
      const { status } = await fixture.hub('/api/v1/applications/own');
      return status === 403;
    });
  });
});
