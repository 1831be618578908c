import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { HubDetails } from 'backstage-plugin-argocd-hub-common';
import { startSimulator } from 'hub-simulator';
import createKnex, { type Knex } from 'knex';
import request from 'supertest';
import { INSTRUMENTS } from './metrics';
import { until } from './mirror/__testUtils__/MirrorWorld';
import { argocdHubPlugin } from './plugin';
import { RecordingMetrics } from './metrics/__testUtils__/RecordingMetrics';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** Replicas share one PostgreSQL; SQLite serves one process. */
const shared = databases
  .eachSupportedId()
  .map(([id]) => id)
  .filter(id => id !== 'SQLITE_3');

async function startReplica(knex: Knex, hub: object) {
  const metrics = new RecordingMetrics();
  const data = { argocdHub: { hubs: [{ name: 'main', ...hub }] } };
  const backend = await startTestBackend({
    features: [
      argocdHubPlugin,
      metrics.service.factory,
      mockServices.database.factory({ knex }),
      catalogServiceMock.factory({ entities: [] }),
      mockServices.rootConfig.factory({ data: data as any }),
    ],
  });
  return {
    stop: () => backend.stop(),
    hub: async (): Promise<HubDetails> => {
      const { body } = await request(backend.server).get(
        '/api/argocd-hub/hubs',
      );
      return body.items[0];
    },
    observed: async (name: string) =>
      (await metrics.collect()).find(one => one.name === name)?.value,
  };
}

const withoutLease = ({ mirror, ...rest }: HubDetails) => ({
  ...rest,
  mirror: { ...mirror, until: undefined },
});

describe('two backends on one database', () => {
  /** Answers who of them holds the lease and how many applications each knows. */
  const measured = async (id: (typeof shared)[number]) => {
    const simulator = await startSimulator();
    const knex = await databases.init(id);
    const another = createKnex(knex.client.config);
    const replicas = [
      await startReplica(knex, simulator.hub),
      await startReplica(another, simulator.hub),
    ];
    const all = async (name: string) =>
      Promise.all(replicas.map(replica => replica.observed(name)));
    try {
      await until(async () => (await replicas[0].hub()).complete, 20_000);
      // Facts move on every few seconds, also between two questions.
      await until(async () => {
        const [one, other] = await Promise.all(replicas.map(r => r.hub()));
        return (
          other.mirror.running &&
          JSON.stringify(withoutLease(one)) ===
            JSON.stringify(withoutLease(other))
        );
      });
      return {
        held: (await all(INSTRUMENTS.leaseHeld.name)).sort(),
        applications: await all(INSTRUMENTS.applications.name),
        aged: (await all(INSTRUMENTS.snapshotAge.name)).map(age => age! < 60),
      };
    } finally {
      await Promise.all(replicas.map(replica => replica.stop()));
      await another.destroy();
      await simulator.stop();
    }
  };

  it('tell the same of a hub, and measure it alike', async () => {
    for (const id of shared) {
      expect(await measured(id)).toEqual({
        held: [0, 1],
        applications: [3, 3],
        aged: [true, true],
      });
    }
  });
});
