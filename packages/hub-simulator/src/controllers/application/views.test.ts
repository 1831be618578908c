import { configMap, World } from '../__testUtils__/World';

const SELECTOR = { app: 'web' };
const workload = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 1,
      selector: { matchLabels: SELECTOR },
      template: {
        metadata: { labels: SELECTOR },
        spec: {
          containers: [{ name: 'web', image: 'registry.example.com/web:1' }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: SELECTOR, ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: {
      tls: [{ hosts: ['web.example.com'], secretName: 'tls' }],
      rules: [
        {
          host: 'web.example.com',
          http: {
            paths: [
              {
                path: '/shop',
                pathType: 'Prefix',
                backend: { service: { name: 'web', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  },
];

describe('what Redis tells of an application', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.stop());

  const tree = () => world.state.redis.trees.get('argocd/web')!;
  const managed = () => world.state.redis.managedResources.get('argocd/web')!;

  it('F1.6.3 F5.7 shows its objects, what they own, and where they lead', async () => {
    world.commit(workload);
    world.create('web');
    await world.sync('web');
    await world.when('web', ({ status }) => status.health.status === 'Healthy');
    await world.refresh('web');
    const { nodes, shardsCount } = tree();
    expect(shardsCount).toBe(1);
    const find = (kind: string) => nodes.find(node => node.kind === kind)!;
    expect(find('Deployment')).toMatchObject({
      group: 'apps',
      version: 'v1',
      namespace: 'shop',
      health: { status: 'Healthy' },
      createdAt: expect.stringMatching(/Z$/),
      resourceVersion: expect.any(String),
    });
    expect(find('Deployment')).not.toHaveProperty('parentRefs');
    expect(find('Service').networkingInfo).toEqual({ targetLabels: SELECTOR });
    expect(find('Ingress').networkingInfo).toMatchObject({
      targetRefs: [{ kind: 'Service', namespace: 'shop', name: 'web' }],
      externalURLs: ['https://web.example.com/shop'],
    });
    const pod = find('Pod');
    const [parent] = pod.parentRefs!;
    expect(nodes.map(({ uid }) => uid)).toContain(parent.uid);
    expect(parent).toMatchObject({ group: 'apps', namespace: 'shop' });
    expect(pod.images).toEqual(['registry.example.com/web:1']);
    expect(pod.info).toEqual(
      expect.arrayContaining([
        { name: 'Status Reason', value: 'Running' },
        { name: 'Containers', value: expect.stringMatching(/\/1$/) },
      ]),
    );
    expect(world.app('web').status.summary).toEqual({
      externalURLs: ['https://web.example.com/shop'],
      images: ['registry.example.com/web:1'],
    });
  });

  it('F1.6.3 shows what is missing', async () => {
    world.commit([configMap('one')]);
    world.create('web');
    await world.refresh('web');
    expect(tree().nodes).toEqual([
      {
        version: 'v1',
        kind: 'ConfigMap',
        namespace: 'shop',
        name: 'one',
        uid: '',
        health: { status: 'Missing' },
      },
    ]);
  });

  it('F1.6.4 gives the states of a resource as JSON texts', async () => {
    world.commit([configMap('one', { a: '1' })]);
    world.create('web');
    await world.sync('web');
    world.commit([configMap('one', { a: '2' })]);
    await world.refresh('web');
    const [resource] = managed();
    expect(resource).toMatchObject({
      kind: 'ConfigMap',
      namespace: 'shop',
      name: 'one',
      modified: true,
    });
    const data = (text?: string) => JSON.parse(text!).data;
    expect(data(resource.liveState)).toEqual({ a: '1' });
    expect(data(resource.targetState)).toEqual({ a: '2' });
    expect(data(resource.normalizedLiveState)).toEqual({ a: '1' });
    expect(data(resource.predictedLiveState)).toEqual({ a: '2' });
  });

  it('F1.6.4 masks Secrets, and still shows that they differ', async () => {
    const secret = (a: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key' },
      stringData: { a, b: 'same' },
    });
    world.commit([secret('before')]);
    world.create('web');
    await world.sync('web');
    world.commit([secret('after')]);
    await world.refresh('web');
    const [resource] = managed();
    expect(JSON.parse(resource.targetState!).data).toEqual({
      a: '++++++++',
      b: '++++++++',
    });
    expect(JSON.parse(resource.liveState!).data).toEqual({
      a: '++++++++++++',
      b: '++++++++',
    });
    const text = JSON.stringify(managed());
    for (const value of ['before', 'after', 'same']) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value).toString('base64'));
    }
  });
});
