import { Fixture, until } from '../../testing/Fixture';

const CLUSTERS = '/api/v1/clusters';

describe('what the API says of the state of a cluster', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({ timeScale: 30 });
  });
  afterAll(() => fixture.stop());

  const named = async (name: string) => {
    const { body } = await fixture.hub(CLUSTERS);
    return body.items.find((item: { name: string }) => item.name === name);
  };

  it('F1.3.4 tells what the controller has written', async () => {
    const cluster = await until(async () => {
      const found = await named('prod');
      return found.info.cacheInfo.lastCacheSyncTime && found;
    });
    expect(cluster.connectionState).toEqual(cluster.info.connectionState);
    expect(cluster.serverVersion).toBe('v1.33.4');
    expect(cluster.info.applicationsCount).toBe(1);
    expect(cluster.info.cacheInfo).toEqual({
      resourcesCount: expect.any(Number),
      apisCount: expect.any(Number),
      lastCacheSyncTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(cluster.info.apiVersions).toContain('apps/v1/Deployment');
  });

  it('F1.3.4 carries 5 to 20 kB of API versions per cluster', async () => {
    const { info } = await named('prod');
    const size = JSON.stringify(info.apiVersions).length;
    expect(size).toBeGreaterThan(1000);
    expect(size).toBeLessThan(20_000);
  });

  it('F2.6 and F2.8 go on saying Successful of a dead spoke, with a new time', async () => {
    const before = await until(async () => {
      const { connectionState } = await named('staging');
      return connectionState.status === 'Successful' && connectionState;
    });
    await fixture.control('/spokes/staging/break', { how: 'refused' });
    const after = await until(async () => {
      const { connectionState } = await named('staging');
      return (
        connectionState.attemptedAt !== before.attemptedAt && connectionState
      );
    });
    await fixture.control('/spokes/staging/heal', {});
    expect([before.status, after.status]).toEqual(['Successful', 'Successful']);
  });

  it('F2.7 says Successful of a new cluster, and soon Unknown', async () => {
    const { url, caData } = fixture.spoke('perf');
    const made = await fixture.hub(CLUSTERS, {
      method: 'POST',
      body: {
        server: url,
        name: 'perf',
        config: { tlsClientConfig: { caData } },
      },
    });
    expect(made.body.info.connectionState.status).toBe('Successful');
    const cluster = await until(async () => {
      const found = await named('perf');
      return found.connectionState.status === 'Unknown' && found;
    });
    expect(cluster.connectionState.message).toBe(
      'Cluster has no applications and is not being monitored.',
    );
  });

  it('F2.7 says nothing when Redis has lost it, but for its own cluster', async () => {
    await fixture.control('/hub/redis/flush', {});
    const { body } = await fixture.hub(`${CLUSTERS}/prod?id.type=name`);
    expect(body.info).toEqual({
      connectionState: { status: '', message: '', attemptedAt: null },
      cacheInfo: {},
      applicationsCount: 0,
    });
    expect(body).not.toHaveProperty('serverVersion');
    const own = await fixture.hub(`${CLUSTERS}/in-cluster?id.type=name`);
    expect(own.body.info).toMatchObject({
      connectionState: { status: 'Successful' },
      serverVersion: '1.33.4',
    });
  });

  it('F2.9 counts the applications that resolve to the server', async () => {
    const counts = await until(async () => {
      const { body } = await fixture.hub(CLUSTERS);
      const found = Object.fromEntries(
        body.items.map(
          (each: { name: string; info: { applicationsCount: number } }) => [
            each.name,
            each.info.applicationsCount,
          ],
        ),
      );
      return found.prod && found;
    });
    expect(counts).toMatchObject({ prod: 1, perf: 0, 'in-cluster': 0 });
  });
});
