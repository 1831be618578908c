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
import { RecordingMetrics } from './testing/RecordingMetrics';

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

const whateverItsLease = ({ mirror, ...rest }: HubDetails) => ({
  ...rest,
  mirror: { ...mirror, until: undefined },
});

describe('two backends on one database', () => {
  const isAlike = async (id: (typeof shared)[number]) => {
    const simulator = await startSimulator();
    const knex = await databases.init(id);
    const another = createKnex(knex.client.config);
    const replicas = [
      await startReplica(knex, simulator.hub),
      await startReplica(another, simulator.hub),
    ];
    try {
      await until(async () => (await replicas[0].hub()).complete, 20_000);
      // Facts move on every few seconds, also between two questions.
      await until(async () => {
        const [one, other] = await Promise.all(replicas.map(r => r.hub()));
        expect(other.mirror.running).toBe(true);
        return (
          JSON.stringify(whateverItsLease(one)) ===
          JSON.stringify(whateverItsLease(other))
        );
      });
      const all = async (name: string) =>
        Promise.all(replicas.map(replica => replica.observed(name)));
      expect((await all(INSTRUMENTS.leaseHeld.name)).sort()).toEqual([0, 1]);
      expect(await all(INSTRUMENTS.applications.name)).toEqual([3, 3]);
      for (const age of await all(INSTRUMENTS.snapshotAge.name)) {
        expect(age).toBeLessThan(60);
      }
    } finally {
      await Promise.all(replicas.map(replica => replica.stop()));
      await another.destroy();
      await simulator.stop();
    }
  };

  if (shared.length) {
    it.each(shared)('tell the same of a hub, and measure it, %p', isAlike);
  } else {
    it.skip('tell the same of a hub (no PostgreSQL here)', () => {});
  }
});
