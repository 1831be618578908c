import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import request from 'supertest';
import {
  AGENT,
  agentOn,
  as,
  component,
  NOW,
  startRouter,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const PATH = '/api/argocd-hub/entities/component/default/agent/deployments';

type Started = Awaited<ReturnType<typeof startRouter>>;
let started: Started | undefined;

async function start(options: Parameters<typeof startRouter>[0] = {}) {
  started = await startRouter(options);
  const { fill } = started;
  await fill.hub();
  await fill.clusters('dr', 'prod', 'staging');
  await fill.applications(agentOn('dr'), agentOn('prod'), agentOn('staging'));
  return started;
}

async function get(
  { server }: Started,
  path = PATH,
  headers: Record<string, string> = as.owner,
) {
  return request(server).get(path).set(headers);
}

async function read(on: Started): Promise<EntityDeployments> {
  const response = await get(on);
  expect(response.status).toBe(200);
  return response.body;
}

afterEach(async () => {
  await started?.stop();
  started = undefined;
});

describe('GET /entities/:kind/:namespace/:name/deployments', () => {
  it('tells what runs where, in the order of the environments', async () => {
    const answer = await read(await start());

    expect(answer).toMatchObject({
      entityRef: 'component:default/agent',
      rules: [
        { claimedBy: 'entity', key: 'argocd/app-selector', value: 'app=agent' },
      ],
      rollup: {
        health: 'Healthy',
        freshness: 'live',
        deployments: 3,
        clusters: 3,
        healthyClusters: 3,
        unreachableClusters: 0,
      },
      hubs: [{ name: 'main', freshness: 'live', complete: true }],
      observedAt: new Date(NOW - 1_000).toISOString(),
    });
    expect(
      answer.deployments.map(({ name, environment, destination }) => ({
        name,
        environment,
        destination,
      })),
    ).toEqual(
      ['staging', 'prod', 'dr'].map(cluster => ({
        name: `agent-${cluster}`,
        environment: cluster,
        destination: { namespace: 'agent', cluster },
      })),
    );
    expect(answer.deployments[0]).toMatchObject({
      sync: { status: 'Synced' },
      health: { status: 'Healthy', since: '2026-01-01T00:00:00Z' },
      deployedAt: '2026-05-31T00:00:00Z',
      links: {
        argocd:
          'https://ui.main.example.com/argo/applications/argocd/agent-staging',
      },
    });
    expect(
      answer.clusters.map(({ name, entityRef }) => [name, entityRef]),
    ).toEqual(
      ['staging', 'prod', 'dr'].map(name => [name, `resource:default/${name}`]),
    );
  });

  it('does not repeat "Healthy" of an unreachable cluster', async () => {
    const on = await start();
    await on.fill.breakCluster('prod');

    const answer = await read(on);

    expect(answer.deployments.map(({ health }) => health)).toMatchObject([
      { status: 'Healthy' },
      {
        status: 'Unknown',
        reported: 'Healthy',
        reason: 'cluster-unreachable',
        since: expect.any(String),
      },
      { status: 'Healthy' },
    ]);
    expect(answer.rollup).toMatchObject({
      health: 'Unknown',
      healthyClusters: 2,
      unreachableClusters: 1,
      offenders: [{ cluster: 'prod', reason: 'cluster-unreachable' }],
    });
  });

  it('shows the last known state of a hub that stopped answering, with its age', async () => {
    const on = await start();
    await on.fill.hub(3_600_000);

    const answer = await read(on);

    expect(answer.hubs[0]).toMatchObject({
      freshness: 'stale',
      observedAt: new Date(NOW - 3_600_000).toISOString(),
    });
    expect(answer.deployments).toHaveLength(3);
    expect(answer.deployments[0].health).toMatchObject({
      status: 'Unknown',
      reported: 'Healthy',
      reason: 'hub-stale',
    });
  });

  it('answers an entity that is not mapped without rows, and says so', async () => {
    const on = await start({ entities: [component('agent')] });

    expect(await read(on)).toMatchObject({
      rules: [],
      deployments: [],
      rollup: { health: 'None' },
    });
  });

  it('joins every rule that takes an application, strongest first', async () => {
    const on = await start();
    await on.fill.applications(
      agentOn('prod', {
        annotations: { 'backstage.io/entity-ref': 'component:agent' },
      }),
    );

    const { deployments, rules } = await read(on);

    expect(deployments).toHaveLength(3);
    expect(deployments[1].mappedBy.map(({ key }) => key)).toEqual([
      'backstage.io/entity-ref',
      'argocd/app-selector',
    ]);
    expect(rules).toHaveLength(2);
  });

  it('reads claims from the table while the catalog is down', async () => {
    const on = await start();
    await on.mapping.sync();
    on.catalog.getEntityByRef = async () => {
      throw new Error('catalog is down');
    };

    expect((await read(on)).deployments).toHaveLength(3);
  });

  it('follows a claim only into projects that its owner may claim', async () => {
    const on = await start({
      config: {
        mapping: {
          applicationEntityRefKey: 'backstage.io/entity-ref',
          projects: { default: ['group:default/other'] },
        },
      },
    });

    expect((await read(on)).deployments).toEqual([]);
  });

  it.each(['', 'app', '!x', 'app!=x'])(
    'takes nothing for the selector %j',
    async selector => {
      const on = await start({
        entities: [component('agent', { 'argocd/app-selector': selector })],
      });

      expect((await read(on)).deployments).toEqual([]);
    },
  );

  it('says which annotation it cannot follow, and why', async () => {
    const on = await start({
      entities: [component('agent', { 'argocd/app-selector': 'app=a b' })],
    });

    expect(await read(on)).toMatchObject({
      rules: [],
      refused: [
        {
          key: 'argocd/app-selector',
          value: 'app=a b',
          reason: "Cannot read 'app=a b' in the label selector",
        },
      ],
    });
  });

  it('says nothing of refusals where there are none', async () => {
    expect(await read(await start())).not.toHaveProperty('refused');
  });

  it('marks what differs from the others', async () => {
    const on = await start();
    await on.fill.applications(
      agentOn('dr', { images: ['agent:1'] }),
      agentOn('staging', { images: ['agent:1'] }),
      agentOn('prod', { images: ['agent:2'] }),
    );

    const { deployments } = await read(on);

    expect(
      deployments.map(({ skew }) => skew?.map(({ from }) => from)),
    ).toEqual([
      undefined,
      ['majority', 'previous-environment'],
      ['previous-environment'],
    ]);
  });

  it('drops what hostile applications would have a browser open', async () => {
    const on = await start();
    await on.fill.applications(
      agentOn('prod', {
        name: 'agent-prod',
        externalUrls: [
          // eslint-disable-next-line no-script-url
          'javascript:alert(1)',
          'title|https://agent-prod.example.com',
          'data:text/html,x',
        ],
      }),
    );

    const answer = await read(on);

    expect(answer.deployments[1].links.external).toEqual([
      'https://agent-prod.example.com/',
    ]);
    expect(JSON.stringify(answer)).not.toMatch(/javascript:|data:text/);
  });

  it('pages beyond 500 rows, with the roll-up over all of them', async () => {
    const on = await start();
    await on.fill.applications(
      ...Array.from({ length: 600 }, (_, index) =>
        agentOn('prod', { name: `copy-${String(index).padStart(3, '0')}` }),
      ),
    );

    const first = await read(on);
    const second = (await get(on, `${PATH}?cursor=${first.nextCursor}`)).body;

    expect(first.deployments).toHaveLength(500);
    expect(second.deployments).toHaveLength(103);
    expect(second.nextCursor).toBeUndefined();
    expect(first.rollup.deployments).toBe(603);
    const names = [...first.deployments, ...second.deployments];
    expect(new Set(names.map(({ name }) => name)).size).toBe(603);
  });

  it.each([
    ['gzip, deflate', true],
    ['gzip;q=0', false],
    ['identity', false],
  ])('says the same to who accepts %s', async (accepted, isGzip) => {
    const on = await start();
    const { body } = await get(on);

    const answer = await get(on, PATH, {
      ...as.owner,
      'Accept-Encoding': accepted,
    });

    expect(answer.body).toEqual(body);
    expect(answer.headers['content-type']).toMatch('application/json');
    expect(answer.headers.vary).toMatch('Accept-Encoding');
    expect(answer.headers['content-encoding'] === 'gzip').toBe(isGzip);
  });

  describe('version', () => {
    it('is answered with 304 while nothing differs', async () => {
      const on = await start();
      const { headers, body } = await get(on);

      const again = await get(on, PATH, {
        ...as.owner,
        'If-None-Match': headers.etag,
      });

      expect(headers.etag).toBe(`W/"${body.version}"`);
      expect(again.status).toBe(304);
      expect(again.text).toBe('');
    });

    it('does not change with contact and good heartbeats alone', async () => {
      const on = await start();
      const { version } = await read(on);

      await on.fill.hub(500);
      await on.fill.heartbeatAt('prod', NOW - 1_000);

      const next = await read(on);
      expect(next.version).toBe(version);
      expect(next.observedAt).toBe(new Date(NOW - 500).toISOString());
    });

    it.each<[string, Parameters<Started['fill']['heartbeat']>[1][]]>([
      [
        'unreachable',
        [NOW - 30_000, NOW - 20_000].map((lastFailureAt, more) => ({
          failures: 2 + more,
          firstFailureAt: NOW - 60_000,
          lastFailureAt,
          reason: 'refused',
        })),
      ],
      [
        'suspect',
        [NOW - 50_000, NOW - 49_000].map((lastFailureAt, more) => ({
          failures: 1 + more,
          firstFailureAt: NOW - 50_000,
          lastFailureAt,
          reason: 'refused',
        })),
      ],
      [
        'unknown',
        [NOW - 30_000, NOW - 20_000].map(noEvidenceAt => ({
          failures: 0,
          noEvidenceAt,
        })),
      ],
    ])(
      'does not change with heartbeats of a cluster that stays %s',
      async (reachability, [first, second]) => {
        const on = await start();
        await on.fill.heartbeat('prod', first);
        const before = await read(on);

        await on.fill.heartbeat('prod', second);

        const after = await read(on);
        const verdicts = [before, after].map(
          ({ clusters }) =>
            clusters.find(({ name }) => name === 'prod')!.verdict,
        );
        expect(verdicts[0].reachability).toBe(reachability);
        expect(verdicts[1].evidence).not.toEqual(verdicts[0].evidence);
        expect(after.version).toBe(before.version);
      },
    );

    it.each<[string, (on: Started) => Promise<unknown>]>([
      [
        'health',
        on => on.fill.applications(agentOn('prod', { health: 'Degraded' })),
      ],
      ['a verdict', on => on.fill.breakCluster('prod')],
      [
        'the reason of a verdict',
        on => on.fill.breakCluster('staging', { reason: 'tls' }),
      ],
      [
        'the begin of a verdict',
        on => on.fill.breakCluster('staging', { firstFailureAt: NOW - 80_000 }),
      ],
      ['freshness', on => on.fill.hub(120_000)],
      ['membership', on => on.fill.remove('agent-dr')],
    ])('changes with %s', async (_, change) => {
      const on = await start();
      await on.fill.breakCluster('staging');
      const { version } = await read(on);

      await change(on);

      expect((await read(on)).version).not.toBe(version);
    });
  });

  describe('change key', () => {
    it('is opaque and differs between entities', async () => {
      const on = await start({ entities: [AGENT, component('other')] });

      const own = (await read(on)).changeKey;
      const other = (await get(on, PATH.replace('agent', 'other'))).body;

      expect(own).toMatch(/^[\w-]{22}$/);
      expect(other.changeKey).not.toBe(own);
    });
  });

  describe('access', () => {
    it('needs credentials', async () => {
      expect((await get(await start(), PATH, as.nobody)).status).toBe(401);
    });

    it.each([
      ['the entity', { privateEntities: ['component:default/agent'] }],
      ['deployments', { ownerOnly: ['argocd-hub.deployment.read'] }],
      ['the catalog', { ownerOnly: ['catalog.entity.read'] }],
    ])(
      'answers who may not see %s as if it were missing',
      async (_, policy) => {
        const on = await start(policy);

        const refused = await get(on, PATH, as.stranger);
        const missing = await get(on, PATH.replace('agent', 'agenz'), as.owner);

        expect((await get(on)).status).toBe(200);
        expect(refused.status).toBe(404);
        expect(missing.status).toBe(404);
        expect(refused.body.error).toEqual({
          ...missing.body.error,
          message: missing.body.error.message.replace('agenz', 'agent'),
        });
      },
    );

    it('asks once for both permissions', async () => {
      const on = await start();

      await read(on);

      expect(on.authorize).toHaveBeenCalledTimes(1);
      expect(
        on.authorize.mock.calls[0][0].map(({ permission, resourceRef }) => [
          permission.name,
          resourceRef,
        ]),
      ).toEqual([
        ['catalog.entity.read', 'component:default/agent'],
        ['argocd-hub.deployment.read', 'component:default/agent'],
      ]);
    });

    it('fails closed', async () => {
      const response = await get(await start({ permissionsFail: true }));

      expect(response.status).toBe(503);
      expect(JSON.stringify(response.body)).not.toContain('is down');
    });

    it('treats another spelling of the entity alike', async () => {
      const on = await start({ privateEntities: ['component:default/agent'] });
      const path = PATH.replace('component', 'COMPONENT');

      expect((await get(on, path)).status).toBe(200);
      expect((await get(on, path, as.stranger)).status).toBe(404);
    });
  });

  it.each([
    '/api/argocd-hub/entities/component/default/..%2f..%2fhubs/deployments',
    '/api/argocd-hub/entities/component/default/a%00b/deployments',
    '/api/argocd-hub/entities/component/default/%2e%2e/deployments',
    `/api/argocd-hub/entities/component/default/${'a'.repeat(64)}/deployments`,
    `${PATH}?cursor=%7B%7D`,
    `${PATH}?cursor=a&cursor=b`,
  ])('refuses %s', async path => {
    const { status, body } = await get(await start(), path);

    // A client of HTTP resolves an encoded `..` itself, so it may arrive as another route.
    expect([400, 404]).toContain(status);
    expect(body.deployments).toBeUndefined();
  });
});
