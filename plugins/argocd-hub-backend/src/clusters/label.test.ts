import { World } from './__testUtils__/world';
import { labelCluster } from './label';
import { registerCluster } from './register';

jest.setTimeout(60_000);

let world: World;

beforeEach(async () => {
  world = await World.start();
});

afterEach(async () => {
  await world.stop();
});

describe('labelCluster', () => {
  it('merges, removes, and changes nothing the second time', async () => {
    await registerCluster(await world.registration(), world.context);
    const labels = { lifecycle: 'active', env: 'perf', region: null };
    const first = await labelCluster(
      { cluster: 'perf', labels },
      world.context,
    );
    expect(first).toEqual({
      hub: 'main',
      name: 'perf',
      labels: { env: 'perf', lifecycle: 'active' },
      changed: true,
    });
    const shown = await world.client.getCluster(world.spoke('perf').url);
    expect(shown?.labels).toEqual({ env: 'perf', lifecycle: 'active' });
    const second = await labelCluster(
      { cluster: 'perf', labels },
      world.context,
    );
    expect(second.changed).toBe(false);
  });

  it('previews what appears and vanishes', async () => {
    const options = {
      cluster: 'prod',
      labels: { 'deploy.agent': null },
      dryRun: true,
    };
    await expect(labelCluster(options, world.context)).resolves.toMatchObject({
      changed: true,
      preview: {
        appears: [],
        vanishes: [{ applicationSet: 'agent-multi-cluster', deleted: true }],
      },
    });
    const prod = await world.client.getCluster(world.spoke('prod').url);
    expect(prod?.labels).toHaveProperty(['deploy.agent'], 'true');
  });

  it('says what to do when the cluster is dead', async () => {
    await world.control('/spokes/prod/break', { how: 'refused' });
    const labels = { region: 'moon' };
    await expect(
      labelCluster({ cluster: 'prod', labels }, world.context),
    ).rejects.toMatchObject({
      code: 'spoke-unreachable',
      message: expect.stringContaining('kubectl'),
    });
  });

  it('does not know clusters that are not there', async () => {
    await expect(
      labelCluster({ cluster: 'nope', labels: {} }, world.context),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});
