import { TestDatabases } from '@backstage/backend-test-utils';
import { fill } from './__testUtils__/plannedStore';
import { fullScansOf } from './__testUtils__/queryPlans';
import { DatabaseFleetStore } from './database/DatabaseFleetStore';
import { isSqlite } from './database/isSqlite';
import type { DatabaseStore } from './DatabaseStore';

jest.setTimeout(180_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const QUERIES: [string, (store: DatabaseStore) => Promise<unknown>][] = [
  [
    'some clusters of the fleet',
    store =>
      store.fleet.on({
        hub: 'hub1',
        clusters: ['cluster1', 'cluster3', 'cluster5', 'cluster7'],
        filter: { health: 'Degraded', text: 'app' },
      }),
  ],
  [
    'some applications of the fleet',
    store =>
      store.fleet.some({
        hub: 'hub1',
        keys: ['argocd/app1', 'argocd/app2', 'argocd/app3'],
        filter: { health: 'Degraded', text: 'app' },
      }),
  ],
  [
    'a large cluster of the fleet, later windows',
    store =>
      store.fleet.window({
        hub: 'hub1',
        cluster: 'cluster3',
        after: 'argocd/app123',
        size: 20,
        filter: { project: 'default', sync: 'OutOfSync' },
      }),
  ],
  [
    'how many of the fleet pass on some clusters, and beside them',
    store =>
      store.fleet.counts(
        { health: 'Degraded', text: 'app' },
        { at: [{ hub: 'hub1', cluster: 'cluster3' }, { hub: 'hub2' }] },
      ),
  ],
  [
    'what of the fleet goes to no cluster',
    store => store.fleet.window({ hub: 'hub1', size: 500, filter: {} }),
  ],
];

describe.each(databases.eachSupportedId())('pages of the fleet on %p', id => {
  it('never read all of a large table', async () => {
    const { knex, store } = await fill(await databases.init(id));
    const scans: Record<string, string[]> = {};
    for (const [what, query] of QUERIES) {
      const found = await fullScansOf(knex, () => query(store));
      if (found.length) {
        scans[what] = found;
      }
    }
    expect(scans).toEqual({});
  });

  it('are counted by an index alone', async () => {
    const { knex } = await fill(await databases.init(id));
    const at = Array.from({ length: 1_001 }, (_, index) => ({
      hub: 'hub1',
      cluster: `cluster${index}`,
    }));
    const scans = await knex.transaction(async transaction => {
      if (!isSqlite(knex)) {
        // It would rather read a table that is as small as this one.
        await transaction.raw('set local enable_seqscan = off');
      }
      const fleet = new DatabaseFleetStore(transaction);
      return fullScansOf(transaction, () =>
        fleet.counts({ health: 'Degraded', text: 'app' }, { at }),
      );
    });
    expect(scans).toEqual([
      expect.stringMatching(/COVERING INDEX|^Index Only Scan/),
    ]);
  });
});
