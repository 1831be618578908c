import { PATH, get, read, start } from './__testUtils__/agentRoute';
import {
  AGENT,
  agentOn,
  as,
  component,
  NOW,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

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

  describe('change key', () => {
    it('is opaque and differs between entities', async () => {
      const on = await start({ entities: [AGENT, component('other')] });

      const own = (await read(on)).changeKey;
      const other = (await get(on, PATH.replace('agent', 'other'))).body;

      expect(own).toMatch(/^[\w-]{22}$/);
      expect(other.changeKey).not.toBe(own);
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
