import type * as Client from '@kubernetes/client-node';
import { Fixture, until } from '../testing/Fixture';

describe('the official Kubernetes client', () => {
  let fixture: Fixture;
  let k8s: typeof Client;
  let config: Client.KubeConfig;
  beforeAll(async () => {
    fixture = await Fixture.start();
    k8s = await import('@kubernetes/client-node');
    config = new k8s.KubeConfig();
    const { text } = await fixture.control('/spokes/perf/kubeconfig');
    config.loadFromString(text);
  });
  afterAll(() => fixture.stop());

  it('onboards with the kubeconfig that the simulator gives out', async () => {
    const core = config.makeApiClient(k8s.CoreV1Api);
    const rbac = config.makeApiClient(k8s.RbacAuthorizationV1Api);
    const namespace = 'agent';
    const name = 'argocd-manager';
    await core.createNamespace({ body: { metadata: { name: namespace } } });
    await core.createNamespacedServiceAccount({
      namespace,
      body: { metadata: { name } },
    });
    await rbac.createClusterRole({
      body: {
        metadata: { name },
        rules: [
          {
            apiGroups: ['*'],
            resources: ['*'],
            verbs: ['get', 'list', 'watch'],
          },
        ],
      },
    });
    await rbac.createClusterRoleBinding({
      body: {
        metadata: { name },
        roleRef: {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'ClusterRole',
          name,
        },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      },
    });
    await core.createNamespacedSecret({
      namespace,
      body: {
        metadata: {
          name: `${name}-token`,
          annotations: { 'kubernetes.io/service-account.name': name },
        },
        type: 'kubernetes.io/service-account-token',
      },
    });
    const token = await until(async () => {
      const { data } = await core.readNamespacedSecret({
        namespace,
        name: `${name}-token`,
      });
      return data?.token && Buffer.from(data.token, 'base64').toString();
    });
    const account = new k8s.KubeConfig();
    account.loadFromOptions({
      clusters: config.clusters,
      users: [{ name, token }],
      contexts: [{ name, user: name, cluster: config.clusters[0].name }],
      currentContext: name,
    });
    const asAccount = account.makeApiClient(k8s.CoreV1Api);
    const { items } = await asAccount.listServiceAccountForAllNamespaces();
    expect(items.map(item => item.metadata?.name)).toContain(name);
    await expect(
      asAccount.createNamespace({ body: { metadata: { name: 'other' } } }),
    ).rejects.toMatchObject({ code: 403 });
  });

  it('reads the version and asks for access', async () => {
    const version = await config.makeApiClient(k8s.VersionApi).getCode();
    expect(version.gitVersion).toBe('v1.33.4');
    const review = await config
      .makeApiClient(k8s.AuthorizationV1Api)
      .createSelfSubjectAccessReview({
        body: {
          spec: { resourceAttributes: { verb: 'create', resource: 'secrets' } },
        },
      });
    expect(review.status?.allowed).toBe(true);
  });

  it('is let in with a client certificate', async () => {
    const { text } = await fixture.control(
      '/spokes/perf/kubeconfig?auth=certificate',
    );
    expect(text).not.toMatch('token:');
    const certified = new k8s.KubeConfig();
    certified.loadFromString(text);
    const review = await certified
      .makeApiClient(k8s.AuthenticationV1Api)
      .createSelfSubjectReview({ body: {} });
    expect(review.status?.userInfo).toMatchObject({
      username: 'kubernetes-admin',
      groups: ['system:masters', 'system:authenticated'],
    });
  });

  it('follows changes with an informer', async () => {
    const core = config.makeApiClient(k8s.CoreV1Api);
    const path = '/api/v1/namespaces/default/configmaps';
    const informer = k8s.makeInformer(config, path, () =>
      core.listNamespacedConfigMap({ namespace: 'default' }),
    );
    const seen: string[] = [];
    informer.on('add', ({ metadata }) => seen.push(`add ${metadata?.name}`));
    informer.on('delete', ({ metadata }) =>
      seen.push(`delete ${metadata?.name}`),
    );
    await informer.start();
    try {
      await core.createNamespacedConfigMap({
        namespace: 'default',
        body: { metadata: { name: 'seen' } },
      });
      await until(async () => seen.includes('add seen'));
      await core.deleteNamespacedConfigMap({
        namespace: 'default',
        name: 'seen',
      });
      await until(async () => seen.includes('delete seen'));
      expect(seen.filter(each => each.endsWith('seen'))).toEqual([
        'add seen',
        'delete seen',
      ]);
    } finally {
      await informer.stop();
    }
  });
});
