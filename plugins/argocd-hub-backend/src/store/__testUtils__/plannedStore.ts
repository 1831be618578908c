import type { Knex } from 'knex';
import { applicationRecord, clusterRecord } from '../../testing/records';
import type { Lease } from '../LeaseStore';
import { analyze, copyAsGone } from './queryPlans';
import { createStore } from './storeOn';

export const HUBS = Array.from({ length: 8 }, (_, index) => `hub${index}`);
const APPLICATIONS = 1_500;
export const CLUSTERS = 20;
export const HOUR = 60 * 60_000;
export const now = Date.now();

export const application = (hub: string, index: number) =>
  applicationRecord(`app${index}`, {
    hub,
    uid: `${hub}-${index}`,
    project: `p${index % 50}`,
    applicationSet: `set${index % 50}`,
    labels: { app: `app${index % 100}`, tier: `tier${index % 40}` },
    annotations: {
      'backstage.io/entity-ref': `component:default/c${index % 100}`,
    },
    destination: { namespace: 'x', name: `cluster${index % CLUSTERS}` },
    history: [1, 2, 3, 4, 5].map((hours, id) => ({
      id,
      revision: 'abc',
      deployedAt: new Date(now - hours * HOUR - index * 1_000).toISOString(),
    })),
  });

/** A store in which a query that reads everything shows, with statistics of it. */
export async function fill(knex: Knex, hubs = HUBS) {
  const store = await createStore(knex);
  const leases = new Map<string, Lease>();
  for (const hub of hubs) {
    const lease = (await store.leases.acquire(hub))!;
    leases.set(hub, lease);
    await store.hubs.update({ lease, hub, changes: {} });
    await store.clusters.replace({
      lease,
      hub,
      clusters: Array.from({ length: CLUSTERS }, (_, index) =>
        clusterRecord(`cluster${index}`),
      ),
    });
    await store.applications.apply({
      lease,
      hub,
      upserts: Array.from({ length: APPLICATIONS }, (_, index) =>
        application(hub, index),
      ),
      removals: [],
    });
  }
  await copyAsGone(knex);
  await analyze(knex);
  return { knex, store, leases };
}

export const key = (hub: string, index: number) => ({
  hub,
  namespace: 'argocd',
  name: `app${index}`,
});
