import {
  createServiceFactory,
  type ServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { type RunningSimulator, startSimulator } from 'hub-simulator';
import createKnex, { type Knex } from 'knex';
import { until } from './mirror/__testUtils__/MirrorWorld';
import { argocdHubPlugin } from './plugin';

jest.setTimeout(120_000);

/** Far below the deadline of a call, which is 60 seconds here. */
const LONGEST_STOP_MS = 5_000;

let simulator: RunningSimulator;
let knex: Knex;

beforeEach(async () => {
  simulator = await startSimulator();
  knex = createKnex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
});

afterEach(async () => {
  await knex.destroy();
  await simulator.stop();
});

async function start(catalog?: ServiceFactory) {
  const hubs = [
    { name: 'main', ...simulator.hub, requestTimeout: { seconds: 60 } },
  ];
  return startTestBackend({
    features: [
      argocdHubPlugin,
      mockServices.database.factory({ knex }),
      catalog ?? catalogServiceMock.factory({ entities: [] }),
      mockServices.rootConfig.factory({ data: { argocdHub: { hubs } } as any }),
    ],
  });
}

async function breakHub(kind: string) {
  const response = await fetch(`${simulator.control.url}/hub/break`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind }),
  });
  expect(response.ok).toBe(true);
}

const wait = (milliseconds: number) =>
  new Promise(resolve => setTimeout(resolve, milliseconds));

/** Rows that were ever written over this connection. */
async function writes(): Promise<number> {
  const [row] = await knex.select(knex.raw('total_changes() as count'));
  return row.count;
}

async function isComplete() {
  const row = await knex('hubs').first('body');
  return row && JSON.parse(row.body).complete;
}

/** Stops, and tells whether it did so soon and for good. */
async function stop(backend: Awaited<ReturnType<typeof start>>) {
  const startedAt = performance.now();
  await backend.stop();
  const tookMs = performance.now() - startedAt;

  const written = await writes();
  await wait(5_000);
  const leases = await knex('leases').pluck('expires_at');
  return {
    inTime: tookMs < LONGEST_STOP_MS,
    writtenAfter: (await writes()) - written,
    // Of the hub, and of the claims.
    leasedUntil: leases.map(Number),
  };
}

const FOR_GOOD = { inTime: true, writtenAfter: 0, leasedUntil: [0, 0] };

describe('a backend that stops', () => {
  it('leaves its lease to others and writes nothing more', async () => {
    const backend = await start();
    await until(isComplete, 20_000);

    expect(await stop(backend)).toEqual(FOR_GOOD);
  });

  it.each(['black-holed', 'unanswered'])(
    'does not wait for a hub that is %s',
    async kind => {
      const backend = await start();
      await until(isComplete, 20_000);
      await breakHub(kind);
      // Clusters are listed every 10 seconds: now some call waits for an answer.
      await wait(12_000);

      expect(await stop(backend)).toEqual(FOR_GOOD);
    },
  );

  it('does not wait for a hub that never answered', async () => {
    await breakHub('black-holed');
    const backend = await start();
    await wait(2_000);

    expect(await stop(backend)).toEqual(FOR_GOOD);
  });

  it('does not wait for a catalog that never answers', async () => {
    const queryEntities = jest.fn(() => new Promise<never>(() => {}));
    const backend = await start(
      createServiceFactory({
        service: catalogServiceRef,
        deps: {},
        factory: () =>
          Object.assign(catalogServiceMock({ entities: [] }), {
            queryEntities,
          }),
      }),
    );
    await until(isComplete, 20_000);
    expect(queryEntities).toHaveBeenCalled();

    expect(await stop(backend)).toEqual(FOR_GOOD);
  });
});
