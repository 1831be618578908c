import type { HubDetails } from 'backstage-plugin-argocd-hub-common';
import request from 'supertest';
import { CANARIES } from '../__testUtils__/canaries/secrets';
import type { DatabaseStore } from '../store/DatabaseStore';
import { clusterRecord } from '../testing/records';
import {
  agentOn,
  as,
  CONFIG,
  hubConfig,
  NOW,
  startRouter,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const HUBS = '/api/argocd-hub/hubs';
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

let started: Awaited<ReturnType<typeof startRouter>>;

afterEach(() => started.stop());

async function given(options: Parameters<typeof startRouter>[0] = {}) {
  started = await startRouter(options);
  await started.fill.hub();
  return started;
}

async function update(
  changes: Parameters<DatabaseStore['hubs']['update']>[0]['changes'],
) {
  const { store } = started;
  const lease = (await store.leases.acquire('main'))!;
  await store.hubs.update({ lease, hub: 'main', changes });
}

async function clusters(hub: string, names: string[], intervalMs = 30_000) {
  const { store } = started;
  const lease = (await store.leases.acquire(hub))!;
  const { facts } = clusterRecord('any');
  await store.clusters.replace({
    lease,
    hub,
    clusters: names.map(name =>
      clusterRecord(name, {
        facts: { ...facts, heartbeatIntervalMs: intervalMs },
      }),
    ),
  });
}

async function hubs(): Promise<HubDetails[]> {
  const { body, status } = await request(started.server)
    .get(HUBS)
    .set(as.owner);
  expect(status).toBe(200);
  return body.items;
}

describe('GET /hubs', () => {
  it('tells operators how the mirror of a hub works', async () => {
    const heartbeat = { intervalMs: 30_000, maxPerSecond: 10 };
    await given({ config: { hubs: [{ ...hubConfig('main'), heartbeat }] } });
    await update({
      facts: {
        startedAt: NOW - 600_000,
        lastListAt: NOW - 20_000,
        lastListMs: 1_234,
        listIntervalMs: 90_000,
        lastStreamAt: NOW - 5_000,
        repairs: 7,
        reconnects: 2,
        work: {
          calls: { ok: 300, timeout: 2 },
          heartbeats: { good: 40, failure: 1 },
          batch: { at: NOW - 7_000, size: 12, durationMs: 34 },
          eventLoopDelay: { p99Ms: 11, maxMs: 48 },
        },
      },
      readableSets: 'some',
      readableProjects: 'none',
    });

    const [hub] = await hubs();

    expect(hub).toMatchObject({
      mirror: {
        running: true,
        since: ago(600),
        repairs: 7,
        reconnects: 2,
        eventLoopDelay: { p99Ms: 11, maxMs: 48 },
      },
      calls: { ok: 300, timeout: 2 },
      batch: { at: ago(7), size: 12, durationMs: 34 },
      heartbeat: { outcomes: { good: 40, failure: 1 } },
      list: { lastAt: ago(20), durationMs: 1_234, intervalMs: 90_000 },
      stream: { lastAt: ago(5) },
      readable: { applicationSets: 'some', projects: 'none' },
      skippedApplications: [],
      skippedClusters: [],
      skippedClusterCount: 0,
      nameConflicts: [],
    });
    const left = Date.parse(hub.mirror.until!) - NOW;
    expect(left).toBeGreaterThan(10_000);
    expect(left).toBeLessThanOrEqual(30_000);
  });

  it('says that nobody mirrors a hub', async () => {
    const { store } = await given();
    await store.leases.release((await store.leases.acquire('main'))!);

    const [{ mirror }] = await hubs();

    expect(mirror).toMatchObject({ running: false, since: ago(3_600) });
    expect(mirror).not.toHaveProperty('until');
  });

  it('knows nothing of a hub that was never reached', async () => {
    await given({ config: { hubs: [...CONFIG.hubs, hubConfig('new')] } });

    const [, hub] = await hubs();

    expect(hub).toMatchObject({
      name: 'new',
      mirror: { running: false, repairs: 0, reconnects: 0 },
      list: { intervalMs: 60_000 },
      stream: {},
      readable: {},
    });
    expect(hub.mirror).not.toHaveProperty('since');
  });

  it('names applications that cannot be read, and says how many there are', async () => {
    await given();
    const skipped = [
      { namespace: 'argocd', name: 'odd', reason: 'It has no destination' },
    ];
    await update({ skipped, skippedCount: 170 });

    const [hub] = await hubs();

    expect(hub.skipped).toBe(170);
    expect(hub.skippedApplications).toEqual(skipped);
  });

  it('names clusters that cannot be read, and says how many there are', async () => {
    await given();
    const skippedClusters = [{ name: 'odd', reason: 'It has no server' }];
    await update({ skippedClusters, skippedClusterCount: 170 });

    const [hub] = await hubs();

    expect(hub).toMatchObject({ skippedClusters, skippedClusterCount: 170 });
  });

  it.each([
    ['off', undefined, { enabled: false }],
    [
      'as configured',
      { intervalMs: 30_000, maxPerSecond: 10 },
      { enabled: true, intervalMs: 30_000, maxPerSecond: 10 },
    ],
    [
      'as many clusters stretch it',
      { intervalMs: 20_000, maxPerSecond: 5 },
      { enabled: true, intervalMs: 62_500, maxPerSecond: 5 },
    ],
  ])('tells the pace of heartbeats: %s', async (_, heartbeat, told) => {
    await given({ config: { hubs: [{ ...hubConfig('main'), heartbeat }] } });
    const { intervalMs } = told as { intervalMs?: number };
    await clusters('main', ['prod'], intervalMs);

    expect((await hubs())[0].heartbeat).toEqual(told);
  });

  it('names clusters whose catalog entities would have equal names, at every hub concerned', async () => {
    await given({
      config: {
        hubs: ['main', 'edge', 'apart'].map(name => ({
          ...hubConfig(name),
          prefixClusterEntities: name === 'apart',
        })),
      },
    });
    await clusters('main', ['Prod', 'prod', 'staging']);
    await clusters('edge', ['staging', 'alone']);
    await clusters('apart', ['staging']);

    const [main, edge, apart] = await hubs();

    const prod = {
      entityRef: 'resource:default/prod',
      clusters: [
        { hub: 'main', name: 'Prod' },
        { hub: 'main', name: 'prod' },
      ],
    };
    const staging = {
      entityRef: 'resource:default/staging',
      clusters: [
        { hub: 'edge', name: 'staging' },
        { hub: 'main', name: 'staging' },
      ],
    };
    expect(main.nameConflicts).toEqual([staging, prod]);
    expect(edge.nameConflicts).toEqual([staging]);
    expect(apart.nameConflicts).toEqual([]);
  });

  it('tells the words of an error to operators, and to nobody else', async () => {
    const { fill, mapping, server } = await given();
    await fill.clusters('prod');
    await fill.applications(agentOn('prod'));
    await mapping.sync();
    const lastError = {
      class: 'refused' as const,
      at: ago(3),
      message: 'The hub did not answer (refused, ECONNREFUSED)',
    };
    await update({ lastError });

    expect((await hubs())[0].lastError).toEqual(lastError);
    const { body } = await request(server)
      .get('/api/argocd-hub/entities/component/default/agent/deployments')
      .set(as.owner);
    expect(body.hubs[0].lastError).toEqual({ class: 'refused', at: ago(3) });
    expect(Object.keys(body.hubs[0]).sort()).toEqual([
      'applications',
      'clusters',
      'complete',
      'freshness',
      'lastError',
      'name',
      'observedAt',
      'skipped',
      'title',
      'uiUrl',
      'version',
    ]);
  });

  it.each([
    ['nobody', 401],
    ['stranger', 403],
    ['service', 200],
    ['owner', 200],
  ] as const)(
    'is for those with argocd-hub.hub.read: %s',
    async (who, status) => {
      await given({ ownerOnly: ['argocd-hub.hub.read'] });
      await update({
        skipped: [{ namespace: 'argocd', name: 'odd', reason: 'odd' }],
      });

      const answer = await request(started.server).get(HUBS).set(as[who]);

      expect(answer.status).toBe(status);
      expect(answer.text.includes('odd')).toBe(status === 200);
      expect(answer.text).not.toContain(CANARIES.hubToken);
    },
  );
});
