import { mockCredentials } from '@backstage/backend-test-utils';
import request from 'supertest';
import { CANARIES } from '../__testUtils__/canaries/secrets';
import { changeKubeconfig, World } from '../clusters/__testUtils__/world';
import { readKubeconfig } from '../clusters/kubeconfig';
import { platform, startOnboarding } from './__testUtils__/startOnboarding';

jest.setTimeout(60_000);

const BASE = '/api/argocd-hub';

/** All forms in which a secret could be somewhere. */
function formsOf(secret: string): string[] {
  return [
    secret,
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    encodeURIComponent(secret),
  ];
}

describe('the onboarding routes', () => {
  let world: World;
  let routes: Awaited<ReturnType<typeof startOnboarding>>;
  let kubeconfig: string;

  beforeEach(async () => {
    world = await World.start();
    routes = await startOnboarding(world);
    kubeconfig = await world.kubeconfig('perf');
  });

  afterEach(async () => {
    await routes.stop();
    await world.stop();
  });

  function body(changes: object = {}) {
    return {
      name: 'perf',
      labels: { env: 'perf', 'deploy.agent': 'true' },
      destinationNamespaces: ['agent'],
      credential: { kubeconfig },
      ...changes,
    };
  }

  const post = (path: string, content: object) =>
    request(routes.server).post(`${BASE}${path}`).set(platform).send(content);

  it('plans, registers and labels, and tells the audit who did what', async () => {
    const plan = await post('/clusters/plan', body()).expect(200);
    expect(plan.body.appears).toEqual([
      {
        applicationSet: 'agent-multi-cluster',
        application: 'agent-perf',
        at: 'labels',
      },
    ]);
    const first = await post('/clusters', body()).expect(201);
    expect(first.body.changed).toBe(true);
    const second = await post('/clusters', body()).expect(200);
    expect(second.body).toMatchObject({ changed: false, changes: [] });
    const labelled = await request(routes.server)
      .patch(`${BASE}/clusters/main/perf/labels`)
      .set(platform)
      .send({ labels: { lifecycle: 'active', 'deploy.agent': 'true' } })
      .expect(200);
    expect(labelled.body).toEqual({
      hub: 'main',
      name: 'perf',
      labels: { lifecycle: 'active', 'deploy.agent': 'true' },
      changed: true,
    });
    expect(
      routes.ear.createEvent.mock.calls.map(
        ([{ eventId, severityLevel, meta }]) => [
          eventId,
          severityLevel,
          meta.cluster,
        ],
      ),
    ).toEqual([
      ['cluster-plan', 'low', 'perf'],
      ['cluster-register', 'high', 'perf'],
      ['cluster-register', 'high', 'perf'],
      ['cluster-label', 'medium', 'perf'],
    ]);
  });

  it('leaves the credential nowhere, whether it works or not', async () => {
    const access = readKubeconfig(kubeconfig);
    const admin = (access.auth as { token: string }).token;
    const canary = CANARIES.spokeToken;
    const wrong = changeKubeconfig(kubeconfig, { user: { token: canary } });
    const said: string[] = [];
    const send = async (path: string, content: object) => {
      const { body: answer, headers } = await post(path, content);
      said.push(JSON.stringify([answer, headers]));
    };
    for (const path of ['/clusters/plan', '/clusters']) {
      await send(path, body({ credential: { kubeconfig: wrong } }));
      await send(path, body({ credential: { kubeconfig: `: ${canary}\n -` } }));
      await send(path, body({ credential: { kubeconfig: [canary] } }));
      await send(path, body({ credential: { name: canary } }));
      await send(path, body({ credential: { token: canary } }));
      await send(path, body({ destinationNamespaces: 7, x: canary }));
      await send(path, body());
    }
    const broken = await request(routes.server)
      .post(`${BASE}/clusters`)
      .set(platform)
      .set('content-type', 'application/json')
      .send(`{"credential": {"kubeconfig": ${canary}`)
      .expect(400);
    said.push(JSON.stringify(broken.body));

    expect(said.join()).toContain('registered with hub main');
    expect(routes.ear.heard.join()).toContain('does not accept the credential');
    const everything = [...said, ...routes.ear.heard, await routes.dump()].join(
      '\n',
    );
    const secrets = [admin, canary, await hubToken(world, kubeconfig)];
    for (const form of secrets.flatMap(formsOf)) {
      expect(everything).not.toContain(form);
    }
  });

  it.each([
    ['without a right', () => mockCredentials.user.header(), 403],
    ['without credentials', () => mockCredentials.none.header(), 401],
  ])(
    'refuses callers %s, and audits those it knows',
    async (_what, header, status) => {
      const headers = { Authorization: header() };
      for (const path of ['/clusters/plan', '/clusters']) {
        await request(routes.server)
          .post(`${BASE}${path}`)
          .set(headers)
          .send(body())
          .expect(status);
      }
      await request(routes.server)
        .patch(`${BASE}/clusters/main/prod/labels`)
        .set(headers)
        .send({ labels: { env: 'x' } })
        .expect(status === 403 ? 404 : 401);
      const { heard, createEvent } = routes.ear;
      const attempts = status === 403 ? ['perf', 'perf', 'prod'] : [];
      expect(createEvent.mock.calls.map(([{ meta }]) => meta.cluster)).toEqual(
        attempts,
      );
      const failures = heard.filter(line => line.includes('"audit failure"'));
      expect(failures).toHaveLength(attempts.length);
      expect(
        failures.every(line => /NotAllowedError|NotFoundError/.test(line)),
      ).toBe(true);
      const { auth } = readKubeconfig(kubeconfig);
      for (const form of formsOf((auth as { token: string }).token)) {
        expect(heard.join()).not.toContain(form);
      }
    },
  );

  it('audits an attempt of which nothing can be read, without any of it', async () => {
    const said = CANARIES.spokeToken;
    const stranger = { Authorization: mockCredentials.user.header() };
    for (const content of [
      [said],
      { hub: `${said}!`, name: `a\n${said}`, labels: { a: said } },
      { name: { kubeconfig: said } },
    ]) {
      await request(routes.server)
        .post(`${BASE}/clusters`)
        .set(stranger)
        .send(content)
        .expect(403);
    }
    const { heard, createEvent } = routes.ear;
    expect(createEvent.mock.calls.map(([{ meta }]) => meta)).toEqual([
      {},
      {},
      {},
    ]);
    expect(heard.join()).not.toContain(said);
  });

  it('answers a spoke that refuses with a code', async () => {
    const wrong = changeKubeconfig(kubeconfig, { user: { token: 'wrong' } });
    const { body: refused } = await post(
      '/clusters',
      body({ credential: { kubeconfig: wrong } }),
    ).expect(400);
    expect(refused.error).toMatchObject({
      name: 'InputError',
      code: 'spoke-auth',
    });
    await world.control('/spokes/perf/break', { how: 'refused' });
    const { body: away } = await post('/clusters', body()).expect(400);
    expect(away.error.code).toBe('spoke-unreachable');
  });

  it('answers a hub that is away with a code', async () => {
    await world.control('/hub/break', { how: 'refused' });
    const { body: answer } = await post('/clusters', body()).expect(503);
    expect(answer.error.code).toBe('hub-down');
  });

  it.each([
    ['an unknown hub', { hub: 'other' }, 404],
    ['no name', { name: undefined }, 400],
    ['a preset that is not there', { preset: 'root' }, 400],
    ['labels that are no text', { labels: { a: 1 } }, 400],
    ['two credentials', { credential: { kubeconfig: 'x', name: 'y' } }, 400],
  ])('refuses %s', async (_what, changes, status) => {
    const answer = await post('/clusters', body(changes));
    expect(answer.status).toBe(status);
  });

  it('does not take a body that is too large', async () => {
    const large = { kubeconfig: 'x'.repeat(2 * 1024 * 1024) };
    const answer = await post('/clusters', body({ credential: large }));
    expect(answer.status).toBe(400);
  });

  it('lets one run at a time touch a cluster', async () => {
    const answers = await Promise.all([
      post('/clusters', body()),
      post('/clusters', body()),
      post('/clusters', body()),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    const patch = (labels: object) =>
      request(routes.server)
        .patch(`${BASE}/clusters/main/perf/labels`)
        .set(platform)
        .send({ labels });
    await Promise.all([
      patch({ a: '1' }),
      patch({ b: '2' }),
      patch({ c: '3' }),
    ]);
    const cluster = await world.client.getCluster(world.spoke('perf').url);
    expect(cluster?.labels).toMatchObject({ a: '1', b: '2', c: '3' });
  });
});

describe('without the permission framework', () => {
  it.each([
    [{ permissionsEnabled: false }, 403],
    [{ permissionsEnabled: false, dangerously: true }, 200],
  ])('with %j a label is answered with %i', async (options, status) => {
    const world = await World.start();
    const routes = await startOnboarding(world, options);
    const answer = await request(routes.server)
      .patch(`${BASE}/clusters/main/prod/labels`)
      .set(platform)
      .send({ labels: { tier: 'gold' } });
    expect(answer.status).toBe(status);
    await routes.stop();
    await world.stop();
  });
});

/** The token that the hub was given. */
async function hubToken(world: World, kubeconfig: string): Promise<string> {
  const admin = await world.connect(kubeconfig);
  const secret = await admin.get({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'argocd-hub-main-token', namespace: 'argocd-hub' },
  });
  await admin.close();
  const { token } = secret!.data as { token: string };
  return Buffer.from(token, 'base64').toString('utf8');
}
