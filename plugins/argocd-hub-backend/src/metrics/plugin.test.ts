import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { type RunningSimulator, startSimulator } from 'hub-simulator';
import createKnex, { type Knex } from 'knex';
import { INSTRUMENTS } from '../metrics';
import { until } from '../mirror/__testUtils__/MirrorWorld';
import { argocdHubPlugin } from '../plugin';
import { RecordingMetrics } from './__testUtils__/RecordingMetrics';

jest.setTimeout(120_000);

let simulator: RunningSimulator;
let knex: Knex;
let metrics: RecordingMetrics;
let backend: Awaited<ReturnType<typeof startTestBackend>>;

const name = (key: keyof typeof INSTRUMENTS) => INSTRUMENTS[key].name;

async function control(path: string, body: object = {}) {
  const response = await fetch(`${simulator.control.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
}

/** Sum of what a counter was given, with these attributes. */
function sum(key: keyof typeof INSTRUMENTS, wanted: object = {}): number {
  return metrics
    .of(name(key))
    .filter(({ attributes }) =>
      Object.entries(wanted).every(
        ([part, value]) => attributes[part] === value,
      ),
    )
    .reduce((total, { value }) => total + value, 0);
}

/** What an observed instrument tells now, with these attributes. */
async function observed(
  key: keyof typeof INSTRUMENTS,
  wanted: object = {},
): Promise<number | undefined> {
  const found = (await metrics.collect()).find(
    measured =>
      measured.name === name(key) &&
      Object.entries(wanted).every(
        ([part, value]) => measured.attributes[part] === value,
      ),
  );
  return found?.value;
}

beforeEach(async () => {
  simulator = await startSimulator();
  knex = createKnex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
  metrics = new RecordingMetrics();
  const hubs = [
    {
      name: 'main',
      ...simulator.hub,
      relist: { seconds: 5 },
      heartbeat: { interval: { seconds: 5 } },
    },
  ];
  backend = await startTestBackend({
    features: [
      argocdHubPlugin,
      metrics.service.factory,
      mockServices.database.factory({ knex }),
      catalogServiceMock.factory({ entities: [] }),
      mockServices.rootConfig.factory({ data: { argocdHub: { hubs } } as any }),
    ],
  });
});

afterEach(async () => {
  await backend.stop();
  await knex.destroy();
  await simulator.stop();
});

describe('the metrics of a running backend', () => {
  it('move with what the mirror does at a hub', async () => {
    const ok = { hub: 'main', outcome: 'ok' };
    await until(() => sum('lists', { hub: 'main', outcome: 'success' }) > 0);
    await until(() => sum('heartbeats', { hub: 'main', outcome: 'good' }) >= 3);
    for (const route of ['version', 'list-applications', 'list-clusters']) {
      expect([route, sum('calls', { ...ok, route }) > 0]).toEqual([
        route,
        true,
      ]);
    }
    expect(sum('bytes', { hub: 'main' })).toBeGreaterThan(1_000);
    expect(sum('changes')).toBeGreaterThanOrEqual(3);
    expect(sum('batchSizes')).toBeGreaterThanOrEqual(3);
    expect(sum('batchDurations')).toBeGreaterThan(0);

    expect(await observed('leaseHeld', { hub: 'main' })).toBe(1);
    expect(await observed('breakerOpen', { hub: 'main' })).toBe(0);
    expect(await observed('applications', { hub: 'main' })).toBe(3);
    expect(await observed('skipped', { hub: 'main' })).toBe(0);
    expect(await observed('snapshotAge', { hub: 'main' })).toBeLessThan(30);
    await until(
      async () =>
        (await observed('clusters', { reachability: 'reachable' })) === 3,
    );
    expect(await observed('clusters', { reachability: 'unreachable' })).toBe(0);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(
      await observed('eventLoopDelay', { statistic: 'max' }),
    ).toBeDefined();
  });

  it('show a cut stream, and a cluster that dies', async () => {
    await until(() => sum('heartbeats', { outcome: 'good' }) >= 3);
    expect(sum('reconnects')).toBe(0);

    await control('/hub/streams/cut', { how: 'reset' });
    await control('/spokes/prod/break', { kind: 'refused' });

    await until(() => sum('reconnects', { hub: 'main' }) === 1);
    await until(() => sum('heartbeats', { outcome: 'failure' }) >= 2, 30_000);
    await until(
      async () =>
        (await observed('clusters', { reachability: 'unreachable' })) === 1,
      30_000,
    );
  });

  it('count what only a list finds', async () => {
    await until(() => sum('lists', { outcome: 'success' }) > 0);
    await control('/hub/streams/half-open', { newToo: true });
    await control('/applications/agent-prod/health', { status: 'Degraded' });

    expect(
      await until(() => sum('repairs', { hub: 'main' }), 30_000),
    ).toBeGreaterThan(0);
  });

  it('tell of a hub that is away: its calls fail, its snapshot ages, its breaker opens', async () => {
    await until(() => sum('lists', { outcome: 'success' }) > 0);

    await control('/hub/break', { kind: 'refused' });

    await until(
      () =>
        metrics
          .of(name('calls'))
          .some(({ attributes }) => attributes.outcome === 'refused'),
      20_000,
    );
    await until(async () => (await observed('breakerOpen')) === 1, 60_000);
    expect(await observed('snapshotAge')).toBeGreaterThan(10);
    expect(await observed('leaseHeld')).toBe(1);
  });
});
