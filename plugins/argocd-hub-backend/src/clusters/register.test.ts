import type { ClusterRegistration } from 'backstage-plugin-argocd-hub-common';
import { CANARIES } from '../__testUtils__/canaries/secrets';
import { changeKubeconfig, World } from './__testUtils__/world';
import { createManifests } from './manifests';
import { readToken } from './makeObjects';
import { registerCluster } from './register';

jest.setTimeout(60_000);

let world: World;

beforeEach(async () => {
  world = await World.start();
});

afterEach(async () => {
  await world.stop();
});

/** Registers and expects a failure that changes nothing anywhere. */
async function failWithoutTrace(wanted: ClusterRegistration): Promise<Error> {
  const before = {
    objects: await world.objects('perf'),
    clusters: await world.client.listClusters(),
  };
  const failure: Error = await registerCluster(wanted, world.context).then(
    () => {
      throw new Error('it was registered');
    },
    error => error,
  );
  expect(await world.objects('perf')).toEqual(before.objects);
  expect(
    (await world.client.listClusters()).map(({ server }) => server).sort(),
  ).toEqual(before.clusters.map(({ server }) => server).sort());
  return failure;
}

describe('registerCluster', () => {
  it('registers without the labels that deploy, and a second run changes nothing', async () => {
    const first = await registerCluster(
      await world.registration(),
      world.context,
    );
    expect(first.changed).toBe(true);
    expect(first.changes).toEqual([
      'Namespace argocd-hub created',
      'Namespace agent created',
      'ServiceAccount argocd-hub/argocd-hub-main created',
      'ClusterRole argocd-hub-main created',
      'ClusterRoleBinding argocd-hub-main created',
      'Role agent/argocd-hub-main created',
      'RoleBinding agent/argocd-hub-main created',
      'Secret argocd-hub/argocd-hub-main-token created',
      'perf registered with hub main',
    ]);
    const cluster = await world.client.getCluster(world.spoke('perf').url);
    expect(cluster).toMatchObject({
      name: 'perf',
      labels: { lifecycle: 'onboarding' },
    });

    const before = await world.objects('perf');
    const second = await registerCluster(
      await world.registration(),
      world.context,
    );
    expect(second).toMatchObject({ changed: false, changes: [] });
    expect(await world.objects('perf')).toEqual(before);
    expect(await world.clusterNames()).toEqual([
      'dr',
      'in-cluster',
      'perf',
      'prod',
      'staging',
    ]);
  });

  it('gives the hub a token that the cluster refuses outside its rights', async () => {
    await registerCluster(await world.registration(), world.context);
    const { tokenSecret } = createManifests({
      hub: 'main',
      preset: 'scoped',
      namespace: 'argocd-hub',
      destinationNamespaces: ['agent'],
    });
    const kubeconfig = await world.kubeconfig('perf');
    const admin = await world.connect(kubeconfig);
    const token = await readToken(admin, tokenSecret);
    await admin.close();

    const spoke = await world.connect(
      changeKubeconfig(kubeconfig, { user: { token } }),
    );
    const secretIn = (namespace: string) =>
      spoke.create({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'probe', namespace },
      });
    await expect(secretIn('kube-system')).rejects.toMatchObject({
      reason: 'auth',
      status: 403,
    });
    await expect(secretIn('argocd-hub')).rejects.toMatchObject({ status: 403 });
    await expect(secretIn('agent')).resolves.toMatchObject({ kind: 'Secret' });
    await spoke.close();
  });

  it('adds a destination to a cluster that is registered', async () => {
    await registerCluster(await world.registration(), world.context);
    const again = await registerCluster(
      await world.registration({ destinationNamespaces: ['agent', 'jobs'] }),
      world.context,
    );
    expect(again.changes).toEqual([
      'Namespace jobs created',
      'Role jobs/argocd-hub-main created',
      'RoleBinding jobs/argocd-hub-main created',
    ]);
  });

  it.each(['namespaced', 'admin'] as const)('registers %s', async preset => {
    const answer = await registerCluster(
      await world.registration({ preset }),
      world.context,
    );
    expect(answer.changed).toBe(true);
    expect(answer.checks).toContainEqual(
      expect.objectContaining({ check: 'account', result: 'passed' }),
    );
  });

  it('leaves no trace when the CA is another one', async () => {
    const { caData } = world.spoke('prod');
    const kubeconfig = changeKubeconfig(await world.kubeconfig('perf'), {
      cluster: { 'certificate-authority-data': caData },
    });
    const error = await failWithoutTrace(
      await world.registration({ credential: { kubeconfig } }),
    );
    expect(error).toMatchObject({
      name: 'InputError',
      code: 'spoke-unreachable',
      message: expect.stringMatching(
        /^Nothing was changed.*not issued by the certificate authority of the kubeconfig/,
      ),
    });
  });

  it('leaves no trace when the credential has no rights', async () => {
    const kubeconfig = await world.limitedKubeconfig('perf', {
      name: 'nobody',
      rules: [],
    });
    const error = await failWithoutTrace(
      await world.registration({ credential: { kubeconfig } }),
    );
    expect(error).toMatchObject({
      code: 'spoke-auth',
      message: expect.stringMatching(
        /too few rights.*get namespaces.*and \d+ more.*cluster-admin/,
      ),
    });
  });

  it('leaves no trace when the credential may make roles, but not grant theirs', async () => {
    const kubeconfig = await world.limitedKubeconfig('perf', {
      name: 'installer',
      rules: [
        {
          apiGroups: ['', 'rbac.authorization.k8s.io'],
          resources: [
            'namespaces',
            'serviceaccounts',
            'secrets',
            'roles',
            'rolebindings',
            'clusterroles',
            'clusterrolebindings',
          ],
          verbs: ['get', 'create', 'update'],
        },
      ],
    });
    const error = await failWithoutTrace(
      await world.registration({ credential: { kubeconfig } }),
    );
    expect(error.message).toMatch(/list every kind/);
  });

  it('leaves no trace when the credential is not valid', async () => {
    const kubeconfig = changeKubeconfig(await world.kubeconfig('perf'), {
      user: { token: CANARIES.spokeToken },
    });
    const error = await failWithoutTrace(
      await world.registration({ credential: { kubeconfig } }),
    );
    expect(error).toMatchObject({
      code: 'spoke-auth',
      message: expect.stringContaining('does not accept the credential'),
    });
    expect(error.message).not.toContain('canary');
  });

  it.each([
    ['refused', /Nothing listens/],
    ['black-holed', /did not answer in time/],
  ])('leaves no trace when the cluster is %s', async (how, words) => {
    const wanted = await world.registration();
    await world.control('/spokes/perf/break', { how });
    const error = await registerCluster(wanted, world.context).catch(e => e);
    expect(error).toMatchObject({ code: 'spoke-unreachable' });
    expect(error.message).toMatch(words);
    await world.control('/spokes/perf/heal', {});
    expect(await world.clusterNames()).not.toContain('perf');
  });

  it('refuses a name or a server that is taken', async () => {
    const name = await failWithoutTrace(
      await world.registration({ name: 'prod' }),
    );
    expect(name.message).toContain('already knows');

    const kubeconfig = await world.kubeconfig('prod');
    const server = await failWithoutTrace(
      await world.registration({ credential: { kubeconfig } }),
    );
    expect(server.message).toMatch(/already has .* as prod/);
  });

  it('does not take over a cluster that was registered by other means', async () => {
    const error = await failWithoutTrace(
      await world.registration({
        name: 'prod',
        credential: { kubeconfig: await world.kubeconfig('prod') },
      }),
    );
    expect(error.message).toContain('a credential that was not made here');
  });

  it.each([
    [{ name: 'Bad Name' }, /at most 63 lower-case/],
    [{ name: 'in-cluster' }, /cluster of the hub/],
    [{ labels: { 'a b': 'x' } }, /not a valid label key/],
    [{ destinationNamespaces: [] }, /at least one destination/],
    [{ destinationNamespaces: ['kube-system'] }, /belongs to Kubernetes/],
    [{ destinationNamespaces: ['argocd-hub'] }, /cannot be a destination/],
    [{ destinationNamespaces: ['../x'] }, /not a valid namespace/],
  ] as [Partial<ClusterRegistration>, RegExp][])(
    'refuses %j',
    async (changes, words) => {
      const error = await failWithoutTrace(await world.registration(changes));
      expect(error.message).toMatch(words);
    },
  );

  it('goes on where an earlier run stopped', async () => {
    const wanted = await world.registration();
    const failing = {
      ...world.context,
      client: Object.assign(Object.create(world.client), {
        createCluster: async () => {
          throw new Error('the wire was cut');
        },
        listClusters: () => world.client.listClusters(),
        listApplicationSets: () => world.client.listApplicationSets(),
        generateApplicationSet: world.client.generateApplicationSet.bind(
          world.client,
        ),
      }),
    };
    await expect(registerCluster(wanted, failing)).rejects.toThrow(
      /the wire was cut Made on the cluster before that: Namespace argocd-hub, /,
    );
    const rest = await registerCluster(wanted, world.context);
    expect(rest.changes).toEqual(['perf registered with hub main']);
  });
});
