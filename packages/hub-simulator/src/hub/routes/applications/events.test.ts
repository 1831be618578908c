import type { ClusterConfig } from '../../../types/argocd';
import { LIST, World } from './__testUtils__/World';

const POD = {
  version: 'v1',
  kind: 'Pod',
  namespace: 'web',
  name: 'web-1',
  uid: 'pod-1',
};
const NODE = { version: 'v1', kind: 'Node', name: 'n', uid: 'node-1' };
const SECRET = {
  version: 'v1',
  kind: 'Secret',
  namespace: 'web',
  name: 'keys',
  uid: 'secret-1',
};
const QUERY = 'resourceUID=pod-1&resourceName=web-1&resourceNamespace=web';
const FIELDS =
  'involvedObject.name%3Dweb-1%2CinvolvedObject.namespace%3Dweb%2CinvolvedObject.uid%3Dpod-1';

const eventOf = (name: string, uid: string, namespace: string) => ({
  metadata: { name, namespace },
  involvedObject: { kind: 'Pod', name: 'web-1', namespace: 'web', uid },
  reason: 'Pulled',
  message: 'pulled',
  type: 'Normal',
  count: 1,
});

describe('live reads of a spoke', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ spokes: ['prod'] });
    const { url, store } = world.spoke('prod');
    register();
    for (const name of ['web', 'broken', 'nameless', 'ghost']) {
      world.add(name, app => {
        app.spec.destination = { server: url, namespace: 'web' };
      });
      world.state.redis.trees.set(`argocd/${name}`, {
        nodes: [POD, SECRET],
        orphanedNodes: [NODE],
      });
    }
    world.change('ghost', draft => {
      draft.spec.destination.server = 'https://gone.example.com/';
    });
    world.change('nameless', draft => {
      draft.spec.destination = { name: 'nobody', namespace: 'web' };
    });
    store.create('namespaces', { metadata: { name: 'web' } });
    store.create('events', eventOf('one', 'pod-1', 'web'));
    store.create('events', eventOf('two', 'pod-2', 'web'));
    store.create('secrets', {
      metadata: { name: 'keys', namespace: 'web' },
      type: 'Opaque',
      data: { a: 'c2VjcmV0' },
    });
  });
  afterAll(() => world.stop());

  /** As administrator, unless the config says otherwise. */
  function register(config?: ClusterConfig): void {
    const { url, caData, kubeconfig } = world.spoke('prod');
    const spoke = world.spoke('prod');
    const [, token] = /token: (\S+)/.exec(kubeconfig.call(spoke))!;
    const data = {
      name: 'prod',
      server: url,
      config: config ?? {
        bearerToken: token,
        tlsClientConfig: { insecure: false, caData },
      },
    };
    const metadata = { name: 'cluster-prod', namespace: 'argocd' };
    world.state.clusters.delete('cluster-prod', 'argocd');
    world.state.clusters.create({ metadata, data });
  }

  const read = (name: string, query = QUERY, headers = {}) =>
    world.call(`${LIST}/${name}/events?${query}`, { headers });
  const failure = ({ status, body }: Awaited<ReturnType<typeof read>>) => [
    status,
    body.code,
    body.message,
  ];

  it('F10.2.1, F1.6.5 lists the events of one resource, without kinds', async () => {
    const { status, body } = await read('web');
    expect(status).toBe(200);
    expect(body.metadata.resourceVersion).toEqual(expect.any(String));
    expect(body.items).toEqual([
      expect.objectContaining({
        reason: 'Pulled',
        eventTime: null,
        firstTimestamp: null,
        source: {},
      }),
    ]);
    expect(body.items[0]).not.toHaveProperty('kind');
  });

  it('F10.2.1 reads all namespaces for a node without one', async () => {
    const query = 'resourceUID=node-1&resourceName=n&resourceNamespace=';
    expect((await read('web', query)).status).toBe(200);
  });

  it('F10.2.2 fails before the spoke is touched', async () => {
    await world.spoke('prod').break('refused');
    expect(failure(await read('none'))).toEqual([403, 7, 'permission denied']);
    for (const wrong of [
      'resourceUID=x',
      'resourceName=x',
      'resourceNamespace=x',
    ]) {
      const [key] = wrong.split('=');
      const query = new URLSearchParams(QUERY);
      query.set(key, 'x');
      const name = query.get('resourceName');
      expect(failure(await read('web', `${query}`))).toEqual([
        400,
        3,
        `${name} not found as part of application web`,
      ]);
    }
    await world.spoke('prod').heal();
  });

  it('F10.2.2 tells why there is no tree', async () => {
    world.state.redis.trees.delete('argocd/broken');
    world.change('broken', draft => {
      draft.status.conditions = [{ type: 'ComparisonError', message: 'why' }];
    });
    expect(failure(await read('broken'))).toEqual([
      500,
      2,
      'error getting app resources: error getting cached app resource tree: ComparisonError: why',
    ]);
  });

  it('F10.2.2, F1.1.8 tells why there is no cluster', async () => {
    expect(failure(await read('ghost'))).toEqual([
      404,
      5,
      'cluster "https://gone.example.com" not found',
    ]);
    expect(failure(await read('nameless'))).toEqual([
      500,
      2,
      'error getting application cluster config: error validating destination: there are no clusters with this name: nobody',
    ]);
  });

  it('F10.2.1 finds nothing in the own cluster without a Secret', async () => {
    world.add('own', app => {
      app.spec.destination = { name: 'in-cluster', namespace: 'web' };
    });
    world.state.redis.trees.set('argocd/own', { nodes: [POD] });
    const { status, body } = await read('own');
    expect([status, body.items]).toEqual([200, []]);
  });

  it('F1.1.9, F10.2.3 passes on 401 and 403 of the spoke', async () => {
    const { caData } = world.spoke('prod');
    const tlsClientConfig = { insecure: false, caData };
    register({ bearerToken: 'a.bad.token', tlsClientConfig });
    expect(failure(await read('web'))).toEqual([
      401,
      16,
      'error listing resource events: Unauthorized',
    ]);
    register({ tlsClientConfig });
    const [status, code, message] = failure(await read('web'));
    register();
    expect([status, code]).toEqual([403, 7]);
    expect(message).toMatch(
      /^error listing resource events: events is forbidden: User "system:anonymous" cannot list resource "events" in API group "" in the namespace "web"/,
    );
  });

  it('F10.2.3 tells a bad certificate in the words of Go', async () => {
    register({ bearerToken: 'x', tlsClientConfig: {} });
    const [status, code, message] = failure(await read('web'));
    register();
    expect([status, code]).toEqual([500, 2]);
    expect(message).toMatch(
      /^error listing resource events: Get "https:.*": tls: failed to verify certificate: x509: /,
    );
  });

  it('F10.2.3 tells a refused connection and the address', async () => {
    const prod = world.spoke('prod');
    const { url } = prod;
    await prod.break('refused');
    const [status, code, message] = failure(await read('web'));
    await prod.heal();
    expect([status, code, message]).toEqual([
      500,
      2,
      `error listing resource events: Get "${url}/api/v1/namespaces/web/events?fieldSelector=${FIELDS}": dial tcp ${
        new URL(url).host
      }: connect: connection refused`,
    ]);
  });

  it('F1.1.13, F10.2.1 ends at the deadline of the caller', async () => {
    const prod = world.spoke('prod');
    await prod.break('black-holed');
    const answer = await read('web', QUERY, { 'Grpc-Timeout': '200m' });
    await prod.heal();
    expect(failure(answer)).toEqual([504, 4, 'context deadline exceeded']);
  });

  it('F1.6.6, F8.2 reads one object live, a Secret without its values', async () => {
    const query = 'kind=Secret&version=v1&namespace=web&resourceName=keys';
    const { status, body } = await world.call(`${LIST}/web/resource?${query}`);
    expect(status).toBe(200);
    expect(JSON.parse(body.manifest)).toMatchObject({
      kind: 'Secret',
      metadata: { name: 'keys', namespace: 'web' },
      data: { a: '++++++++' },
    });
  });

  it('F1.6.6 reads only what is part of the application and exists', async () => {
    const path = `${LIST}/web/resource?kind=Pod&namespace=web`;
    const other = await world.call(`${path}&resourceName=other`);
    expect(failure(other)).toEqual([
      400,
      3,
      'Pod  other not found as part of application web',
    ]);
    const gone = await world.call(`${path}&resourceName=web-1`);
    expect(failure(gone)).toEqual([
      404,
      5,
      'error getting resource: pods "web-1" not found',
    ]);
  });

  it('F1.6.6 discovers the kind first, so that is what fails', async () => {
    const prod = world.spoke('prod');
    const { url } = prod;
    await prod.break('refused');
    const query = 'kind=Pod&namespace=web&resourceName=web-1';
    const answer = await world.call(`${LIST}/web/resource?${query}`);
    await prod.heal();
    const [status, , message] = failure(answer);
    expect(status).toBe(500);
    expect(message).toMatch(
      `error getting resource: Get "${url}/api/v1?timeout=32s": dial tcp`,
    );
  });
});
