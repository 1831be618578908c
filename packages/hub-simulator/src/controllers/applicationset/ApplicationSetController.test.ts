import { Fixture, until } from '../../testing/Fixture';
import type { Application } from '../../types/argocd';

const SETS = '/api/v1/applicationsets';

/** End to end: labels, workloads and deletion over the real API. */
describe('ApplicationSets and the clusters', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await Fixture.start();
    for (const name of ['staging', 'prod', 'dr']) {
      await fixture.waitFor(
        `agent-${name}`,
        ({ status }) => !!status.resources?.length,
      );
    }
  });
  afterEach(() => fixture.stop());

  const labelsOf = async (name: string) =>
    (await fixture.hub(`/api/v1/clusters/${fixture.clusterId(name)}`)).body
      .labels as Record<string, string>;
  const label = (name: string, labels: Record<string, string>) =>
    fixture.hub(
      `/api/v1/clusters/${fixture.clusterId(name)}?updatedFields=labels`,
      { method: 'PUT', body: { labels } },
    );
  const gone = (name: string) =>
    until(async () => {
      const { body } = await fixture.hub('/api/v1/applications');
      const names = body.items.map((app: Application) => app.metadata.name);
      return !names.includes(name);
    });
  const deployments = async (name: string) =>
    (await fixture.control(`/spokes/${name}/objects/deployments`)).body;

  it('F4.3 makes applications appear and vanish with the labels of a cluster', async () => {
    const before = await labelsOf('dr');
    const { 'deploy.agent': _, ...without } = before;
    await label('dr', without);
    await gone('agent-dr');
    expect(await deployments('dr')).toEqual([]);
    await label('dr', before);
    const app = await fixture.waitFor(
      'agent-dr',
      ({ status }) =>
        status.sync.status === 'Synced' && status.health.status === 'Healthy',
    );
    expect(app.metadata.labels).toEqual({ env: 'dr' });
  });

  it('F4.6 leaves the workloads when the cluster goes first', async () => {
    const { status } = await fixture.admin(
      `/api/v1/clusters/${fixture.clusterId('dr')}`,
      { method: 'DELETE' },
    );
    expect(status).toBe(200);
    await gone('agent-dr');
    expect(await deployments('dr')).toHaveLength(1);
  });

  it('F4.4 deletes the applications and their workloads with the set', async () => {
    await fixture.admin(`${SETS}/agent-multi-cluster`, { method: 'DELETE' });
    for (const name of ['staging', 'prod', 'dr']) {
      await gone(`agent-${name}`);
      expect(await deployments(name)).toEqual([]);
    }
  });

  it('F4.4 leaves the workloads with preserveResourcesOnDeletion', async () => {
    const { body: set } = await fixture.hub(`${SETS}/agent-multi-cluster`);
    set.spec.syncPolicy = { preserveResourcesOnDeletion: true };
    await fixture.admin(`${SETS}?upsert=true`, { method: 'POST', body: set });
    await fixture.waitFor('agent-dr', ({ metadata }) => !metadata.finalizers);
    await fixture.admin(`${SETS}/agent-multi-cluster`, { method: 'DELETE' });
    await gone('agent-dr');
    expect(await deployments('dr')).toHaveLength(1);
  });
});
