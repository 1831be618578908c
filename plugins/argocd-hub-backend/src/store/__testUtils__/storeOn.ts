import {
  mockServices,
  type TestDatabases,
} from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { type applicationRecord, clusterRecord } from '../../testing/records';
import { DatabaseStore } from '../DatabaseStore';
import type { Lease } from '../LeaseStore';

export const HUB = 'main';

export async function createStore(
  knex: Knex,
  options: { changesKeptMs?: number; leaseTtlMs?: number } = {},
): Promise<DatabaseStore> {
  return DatabaseStore.create({
    database: mockServices.database({ knex }),
    logger: mockServices.logger.mock(),
    ...options,
  });
}

/** A store whose hub `main` has the clusters `prod` and `staging`. */
export async function storeOn(
  databases: TestDatabases,
  id: ReturnType<TestDatabases['eachSupportedId']>[number][0],
  options: Parameters<typeof createStore>[1] = {},
) {
  const knex = await databases.init(id);
  const store = await createStore(knex, options);
  const lease = (await store.leases.acquire(HUB)) as Lease;
  await store.hubs.update({ lease, hub: HUB, changes: {} });
  const clusters = ['prod', 'staging'].map(name => clusterRecord(name));
  await store.clusters.replace({ lease, hub: HUB, clusters });
  const apply = (
    upserts: ReturnType<typeof applicationRecord>[],
    removals: string[] = [],
  ) =>
    store.applications.apply({
      lease,
      hub: HUB,
      upserts,
      removals: removals.map(name => ({ hub: HUB, namespace: 'argocd', name })),
    });
  return { knex, store, lease, apply };
}

export function names(found: { name: string }[]): string[] {
  return found.map(({ name }) => name);
}
