import { readFile } from 'node:fs/promises';
import {
  createMockDirectory,
  mockCredentials,
  type TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { type RunningSimulator, startSimulator } from 'hub-simulator';
import { changeKubeconfig } from './clusters/__testUtils__/world';
import { CANARIES } from './__testUtils__/canaries/secrets';
import {
  lookForCanaries,
  takeLeaks,
  watchFor,
} from './__testUtils__/canaries/watchCanaries';
import { FullPortal, STRANGER } from './__testUtils__/portal/FullPortal';
import {
  type PortalDatabases,
  postgresDatabases,
  sqliteFiles,
} from './__testUtils__/portal/PortalDatabases';
import { HubProxy } from './mirror/__testUtils__/HubProxy';
import { until } from './mirror/__testUtils__/MirrorWorld';
import { pathOf, ROUTES } from './routers/__testUtils__/attacks/rows';

jest.setTimeout(300_000);

const VALUES = {
  hub: 'main',
  name: 'perf',
  labels: { env: 'perf', region: 'us-central', 'deploy.agent': 'true' },
  destinationNamespaces: ['agent'],
  entityRef: 'component:default/agent',
  kubeconfig: 'provided',
};
const PERMITTED = { Authorization: mockCredentials.user.header() };
const CALLERS = [
  PERMITTED,
  { Authorization: mockCredentials.service.header() },
  { Authorization: mockCredentials.user.header(STRANGER) },
  { Authorization: mockCredentials.none.header() },
];

const POSTGRES =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING;
/** Those whose server is known: each plugin makes one for itself. */
const DATABASES = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] })
  .eachSupportedId()
  .filter(([id]) => id === 'SQLITE_3' || POSTGRES);

const directory = createMockDirectory();
let said: unknown[] = [];
let simulator: RunningSimulator;
let main: HubProxy;
let edge: HubProxy;
let databases: PortalDatabases;
let portal: FullPortal;

// Jest runs tests in a realm of their own, and Node's fetch parses JSON into
// objects of the outer one, which the scaffolder's templates refuse.
const { json } = Response.prototype;
beforeAll(() => {
  Response.prototype.json = async function inThisRealm(this: Response) {
    return JSON.parse(await this.text());
  };
});
afterAll(() => {
  Response.prototype.json = json;
});

async function start(id: TestDatabaseId): Promise<void> {
  said = [];
  directory.clear();
  databases =
    id === 'SQLITE_3'
      ? sqliteFiles(directory.path)
      : postgresDatabases(POSTGRES!);
  simulator = await startSimulator({ timeScale: 10, hubs: ['main', 'edge'] });
  const [first, second] = simulator.hubs!;
  main = await HubProxy.start(first.url);
  edge = await HubProxy.start(second.url);
  for (const hub of [main, edge]) plant(hub);
  const admin = await control('/hubs/edge/admin');
  watchFor('the password of a hub', admin.password);
  edge.rewrite(/v1\/session$/, ({ token }) => {
    if (token) watchFor('the session of a hub', token);
  });
  portal = await FullPortal.start({
    directory: directory.path,
    databases,
    spokeServers: ['127.0.0.1'],
    hubs: [
      { ...settings('main'), url: main.url, token: first.token },
      {
        ...settings('edge'),
        url: edge.url,
        username: admin.username,
        password: admin.password,
      },
    ],
  });
}

async function stop(): Promise<void> {
  await portal?.stop();
  await databases.drop();
  await Promise.all([main?.stop(), edge?.stop()]);
  await simulator?.stop();
}

/** What a mirror must not keep, in every place where a hub tells of an application. */
function plant(hub: HubProxy): void {
  const spoil = (application: any) => {
    if (!application?.metadata) return;
    const source = {
      ...application.spec?.source,
      helm: {
        values: `password: ${CANARIES.helmValue}`,
        valuesObject: { password: CANARIES.helmValue },
        parameters: [{ name: 'password', value: CANARIES.helmParameter }],
      },
      plugin: { env: [{ name: 'PASSWORD', value: CANARIES.pluginEnv }] },
    };
    application.spec = { ...application.spec, source };
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    application.metadata.annotations = {
      ...application.metadata.annotations,
      [annotation]: JSON.stringify({ source, it: CANARIES.annotation }),
    };
    const { status } = application;
    for (const entry of status?.history ?? []) entry.source = source;
    if (status?.sync) status.sync.comparedTo = { source };
    if (status?.operationState) {
      status.operationState.operation = { sync: { source } };
      status.operationState.syncResult = {
        ...status.operationState.syncResult,
        source,
      };
    }
  };
  hub.rewrite(/v1\/applications$/, body => body.items?.forEach(spoil));
  hub.rewrite(/v1\/applications\/[^/]+$/, spoil);
  hub.rewrite(/stream\/applications$/, body => spoil(body.result?.application));
  hub.rewrite(/v1\/clusters$/, body =>
    body.items?.forEach((cluster: any) => {
      cluster.config = { bearerToken: CANARIES.spokeToken };
    }),
  );
}

function settings(name: string) {
  return {
    name,
    relist: { seconds: 2 },
    heartbeat: { interval: { seconds: 1 } },
    requestTimeout: { seconds: 2 },
  };
}

async function control(path: string, body?: object): Promise<any> {
  const response = await fetch(`${simulator.control.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json().catch(() => undefined);
}

async function kubeconfigOf(name: string): Promise<string> {
  const spoke = simulator.spokes.find(one => one.name === name)!;
  return readFile(spoke.kubeconfigPath, 'utf8');
}

async function hubs(): Promise<any[]> {
  const { body } = await portal.call('get', 'argocd-hub/hubs', {
    headers: PERMITTED,
  });
  return body.items;
}

/** Asks every route there is, as everybody. */
async function readEverything(): Promise<void> {
  for (const route of Object.keys(ROUTES)) {
    for (const headers of CALLERS) {
      const [verb] = route.split(' ');
      const method = verb.toLowerCase() as 'get';
      const { body } = ROUTES[route];
      const path = `argocd-hub${pathOf(route)}`;
      const answer = await portal.call(method, path, { headers, body });
      said.push(answer.body);
    }
  }
}

const onboarding = (kubeconfig: unknown) => ({
  headers: PERMITTED,
  body: {
    hub: 'main',
    name: 'perf',
    labels: VALUES.labels,
    destinationNamespaces: ['agent'],
    credential: { kubeconfig },
  },
});

// Each goes on where the one before it ended. What leaks fails by itself, see setupTests.
describe.each(DATABASES)('no secret leaves the backend on %p', id => {
  beforeAll(() => start(id));
  afterAll(stop);

  it('while it mirrors and is read', async () => {
    await until(async () => (await hubs()).every(hub => hub.complete), 60_000);
    await readEverything();
    expect(JSON.stringify(said)).toContain('agent-prod');
  });

  it('while a spoke is onboarded, well and badly', async () => {
    const good = await kubeconfigOf('perf');
    const bad = changeKubeconfig(good, {
      user: { token: CANARIES.spokeToken },
    });
    for (const kubeconfig of [
      bad,
      `: ${CANARIES.spokeToken}\n - [`,
      [CANARIES.spokeToken],
      { token: CANARIES.spokeToken },
    ]) {
      for (const path of ['clusters/plan', 'clusters']) {
        const { status } = await portal.call(
          'post',
          `argocd-hub/${path}`,
          onboarding(kubeconfig),
        );
        expect([200, 400]).toContain(status);
      }
    }
    const failed = await portal.onboard(VALUES, bad);
    expect(JSON.stringify(failed)).toContain('does not accept the credential');
    const done = await portal.onboard(VALUES, good);
    expect(done[0].status).toBe('completed');
    said.push(failed, done);
  });

  it.each<[string, object]>([
    ['refuses connections', { kind: 'refused' }],
    ['breaks off its answers', { kind: 'truncated' }],
    ['resets connections', { kind: 'reset', after: 'headers' }],
    ['fails', { kind: 'status', code: 500 }],
    ['is overloaded', { kind: 'status', code: 429, retryAfter: 1 }],
  ])('while a hub %s', async (_how, fault) => {
    await control('/hubs/main/break', fault);
    await until(
      async () => (await hubs())[0].lastError !== undefined,
      30_000,
    ).finally(readEverything);
    const { status } = await portal.call(
      'post',
      'argocd-hub/clusters/plan',
      onboarding(await kubeconfigOf('perf')),
    );
    expect(status).toBeGreaterThanOrEqual(200);
    await control('/hubs/main/heal', {});
    await until(async () => (await hubs())[0].freshness === 'live', 60_000);
  });

  it('while hubs quote what they were sent', async () => {
    const { token } = simulator.hubs![0];
    const { password } = await control('/hubs/edge/admin');
    const quoting: ((secret: string) => string)[] = [
      secret => secret,
      secret => Buffer.from(`u:${secret}`).toString('base64'),
      secret => Buffer.from(secret).toString('base64url'),
      secret => encodeURIComponent(secret),
      secret => JSON.stringify(JSON.stringify(secret)),
    ];
    const statuses = [
      [401, 16],
      [403, 7],
      [500, 2],
    ];
    for (const quote of quoting) {
      for (const [status, code] of statuses) {
        const ends = [[main, token] as const, [edge, password] as const].map(
          ([hub, secret]) => {
            const message = `invalid session: ${quote(secret)} is not known`;
            return hub.answer(/./, status, { error: message, message, code });
          },
        );
        await new Promise(resolve => setTimeout(resolve, 300));
        said.push(await hubs());
        ends.forEach(end => end());
      }
      await readEverything();
    }
    await until(async () => (await hubs())[0].freshness === 'live', 60_000);
    expect(JSON.stringify(said)).toContain('***');
  });

  it('while tokens end', async () => {
    await control('/hubs/edge/tokens/expire', {});
    await new Promise(resolve => setTimeout(resolve, 3_000));
    await readEverything();
    expect(takeLeaks()).toEqual([]);
  });

  it('while a spoke is away, or takes its tokens away', async () => {
    await control('/spokes/prod/break', { kind: 'refused' });
    await control('/spokes/perf/revoke-tokens', {});
    await new Promise(resolve => setTimeout(resolve, 5_000));
    await readEverything();
    const { status } = await portal.call(
      'post',
      'argocd-hub/clusters',
      onboarding(await kubeconfigOf('prod')),
    );
    expect(status).toBeGreaterThanOrEqual(400);
    await control('/spokes/prod/heal', {});
  });

  it('in any table, answer or signal afterwards', async () => {
    const rows = await databases.rows();
    expect(Object.keys(rows)).toContain('argocd-hub applications');
    expect(JSON.stringify(rows)).toContain('agent-prod');
    for (const [table, content] of Object.entries(rows)) {
      lookForCanaries(`table ${table}`, content);
    }
    lookForCanaries('the files of the database', databases.bytes());
    const { heard } = portal.signals;
    expect(heard).not.toEqual([]);
    lookForCanaries('signals', heard);
    lookForCanaries('answers', said);
    expect(takeLeaks()).toEqual([]);
  });

  it('and the watch is awake', async () => {
    lookForCanaries('a row', { body: simulator.hubs![0].token });
    expect(takeLeaks()).toEqual(['the token of hub main (plain) in a row']);
    const forget = [
      watchFor('a name', 'agent-multi-cluster'),
      watchFor('an event', 'deployment-refresh'),
    ];
    await readEverything();
    const found = takeLeaks().join('\n');
    forget.forEach(stopWatching => stopWatching());
    expect(found).toContain('a name (plain) in the answer to GET');
    expect(found).toContain('an event (plain) in a log line');
  });
});
