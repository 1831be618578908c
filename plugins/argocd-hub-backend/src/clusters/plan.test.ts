import { World } from './__testUtils__/world';
import { planCluster } from './plan';

jest.setTimeout(60_000);

let world: World;

beforeEach(async () => {
  world = await World.start();
});

afterEach(async () => {
  await world.stop();
});

describe('planCluster', () => {
  it('tells checks, manifests and applications, and changes nothing', async () => {
    const before = await world.objects('perf');
    const plan = await planCluster(await world.registration(), world.context);

    expect(plan.checks.filter(({ result }) => result !== 'passed')).toEqual([
      {
        check: 'preset',
        result: 'warning',
        message: expect.stringMatching(/can read every Secret of the cluster/),
      },
    ]);
    expect(plan.checks.map(({ check }) => check)).toEqual([
      'labels',
      'preset',
      'address',
      'name',
      'server',
      'tls',
      'version',
      'rights',
      'dry-run',
      'applications',
    ]);
    expect(plan).toMatchObject({
      hub: 'main',
      name: 'perf',
      server: world.spoke('perf').url,
      labels: {
        env: 'perf',
        region: 'us-central',
        'deploy.agent': 'true',
        lifecycle: 'active',
      },
      registered: false,
      unchanged: [],
      kept: [],
      appears: [
        {
          applicationSet: 'agent-multi-cluster',
          application: 'agent-perf',
          at: 'labels',
        },
      ],
    });
    expect(plan.manifests).toHaveLength(8);
    expect(await world.objects('perf')).toEqual(before);
    expect(await world.clusterNames()).not.toContain('perf');
  });

  it.each([
    ['admin', [/do everything/]],
    ['scoped', [/read every Secret/]],
    ['namespaced', []],
  ] as const)('warns of what %s allows', async (preset, words) => {
    const { checks } = await planCluster(
      await world.registration({ preset }),
      world.context,
    );
    const warnings = checks.filter(({ result }) => result === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual(
      words.map(each => expect.stringMatching(each)),
    );
  });

  it('says that nothing appears without the opt-in label', async () => {
    const plan = await planCluster(
      await world.registration({ labels: { env: 'perf' } }),
      world.context,
    );
    expect(plan.appears).toEqual([]);
    expect(plan.checks.at(-1)).toMatchObject({
      check: 'applications',
      message: 'No application will appear that is not there.',
    });
  });

  it('takes a credential that the configuration names', async () => {
    const { kubeconfigPath } = world.spoke('perf');
    const { config } = world.context;
    const onboarding = {
      allowedServers: ['127.0.0.1'],
      credentials: {
        bootstrap: { kubeconfigFile: kubeconfigPath },
        lost: { kubeconfigFile: '/nowhere/kubeconfig' },
      },
    };
    const context = { ...world.context, config: { ...config, onboarding } };
    const named = async (name: string) =>
      planCluster(await world.registration({ credential: { name } }), context);
    await expect(named('bootstrap')).resolves.toMatchObject({ name: 'perf' });
    await expect(named('lost')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.not.stringContaining('/nowhere'),
    });
    await expect(named('toString')).rejects.toMatchObject({
      name: 'InputError',
    });
  });
});
