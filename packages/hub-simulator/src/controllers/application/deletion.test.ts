import { Fixture, until } from '../../testing/Fixture';

describe('the end of an application', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await Fixture.start();
    await fixture.waitFor('agent-prod', app => !!app.status.resources);
  });
  afterEach(() => fixture.stop());

  const deployments = async (spoke: string) =>
    (await fixture.control(`/spokes/${spoke}/objects/deployments`)).body.length;
  const isGone = (name: string) =>
    until(async () => {
      const { status } = await fixture.hub(`/api/v1/applications/${name}`);
      return status === 403;
    });
  const deleteSet = () =>
    fixture.admin('/api/v1/applicationsets/agent-multi-cluster', {
      method: 'DELETE',
    });

  it('F1.6.6 takes its workloads along, and the set makes it anew', async () => {
    const before = await fixture.application('agent-prod');
    await fixture.admin('/api/v1/applications/agent-prod', {
      method: 'DELETE',
    });
    const after = await fixture.waitFor(
      'agent-prod',
      app => app.metadata.uid !== before.metadata.uid,
    );
    expect(after.status.history).toBeUndefined();
    await fixture.waitFor(
      'agent-prod',
      app => app.status.health.status === 'Healthy',
    );
    expect(await deployments('prod')).toBe(1);
  });

  it('F1.6.6 leaves its workloads without cascade', async () => {
    await fixture.admin('/api/v1/applications/agent-prod?cascade=false', {
      method: 'DELETE',
    });
    expect(await deployments('prod')).toBe(1);
  });

  it('F4.4 goes with its set', async () => {
    await deleteSet();
    await Promise.all(['agent-prod', 'agent-dr', 'agent-staging'].map(isGone));
    expect(await deployments('prod')).toBe(0);
  });

  it('F4.6 leaves its workloads when its cluster is removed first', async () => {
    const { status } = await fixture.admin(
      `/api/v1/clusters/${fixture.clusterId('prod')}`,
      { method: 'DELETE' },
    );
    expect(status).toBe(200);
    await isGone('agent-prod');
    expect(await deployments('prod')).toBe(1);
  });

  it('F10.3.6 stays while its spoke cannot be reached', async () => {
    await fixture.control('/spokes/prod/break', { how: 'refused' });
    await deleteSet();
    const app = await fixture.waitFor(
      'agent-prod',
      ({ status }) =>
        !!status.conditions?.some(({ type }) => type === 'DeletionError'),
    );
    expect(app.metadata.deletionTimestamp).toMatch(/Z$/);
    const error = app.status.conditions!.find(
      ({ type }) => type === 'DeletionError',
    );
    expect(error!.message).toMatch('connection refused');
    await fixture.control('/spokes/prod/heal', {});
    await isGone('agent-prod');
    expect(await deployments('prod')).toBe(0);
  });
});
