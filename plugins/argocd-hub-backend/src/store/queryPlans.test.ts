import { TestDatabases } from '@backstage/backend-test-utils';
import { clusterRecord } from '../testing/records';
import { analyze, fullScansOf } from './__testUtils__/queryPlans';
import {
  application,
  CLUSTERS,
  fill,
  HOUR,
  HUBS,
  key,
  now,
} from './__testUtils__/plannedStore';
import type { DatabaseStore } from './DatabaseStore';
import type { ApplicationSelection } from './ApplicationStore';
import type { Lease } from './LeaseStore';

jest.setTimeout(180_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const select = (match: ApplicationSelection['match'], rest: object = {}) => ({
  match,
  ...rest,
});

const byLabels = select({
  kind: 'labels',
  terms: [
    { key: 'app', operator: 'in', values: ['app1'] },
    { key: 'tier', operator: 'notin', values: ['tier2'] },
  ],
});
const byKey = select({
  kind: 'key',
  key: 'backstage.io/entity-ref',
  value: 'component:default/c7',
});
const ofProject = select({ kind: 'labels', terms: [] }, { project: 'p3' });
const byName = select({ kind: 'name', name: 'app3' });
const bySet = select({ kind: 'application-set', name: 'set3' });

const clustersOf = (...more: ReturnType<typeof clusterRecord>[]) => [
  ...Array.from({ length: CLUSTERS }, (_, index) =>
    clusterRecord(`cluster${index}`),
  ),
  ...more,
];

const QUERIES: [
  string,
  (store: DatabaseStore, lease: Lease) => Promise<unknown>,
][] = [
  ['applications by name', store => store.applications.select(byName)],
  ['applications by set', store => store.applications.select(bySet)],
  ['applications of a project', store => store.applications.select(ofProject)],
  [
    'applications of a project, on some hubs',
    store =>
      store.applications.select({ ...ofProject, hubs: ['hub1', 'hub2'] }),
  ],
  ['applications by key', store => store.applications.select(byKey)],
  ['applications by labels', store => store.applications.select(byLabels)],
  [
    'applications of some hubs and a project',
    store =>
      store.applications.select({
        ...byName,
        hubs: ['hub1', 'hub2'],
        project: 'p3',
        namespace: 'argocd',
      }),
  ],
  [
    'applications by any of several claims',
    store => store.applications.select(byName, bySet, byKey, byLabels),
  ],
  [
    'applications that are gone, by any of several claims',
    store => store.applications.selectGone(byName, bySet, byKey, byLabels),
  ],
  [
    'applications that are gone, of a project',
    store => store.applications.selectGone(ofProject),
  ],
  [
    'applications of many entities',
    store =>
      store.applications.candidates([
        ...[1, 2, 3].map(index =>
          select({ kind: 'name', name: `app${index}` }),
        ),
        select({
          kind: 'labels',
          terms: [{ key: 'app', operator: 'in', values: ['app1'] }],
        }),
        bySet,
        byKey,
        byLabels,
      ]),
  ],
  [
    'what was written since a revision',
    async (store, lease) => {
      const before = (await store.revisions.current()).applications;
      await store.applications.apply({
        lease,
        hub: 'hub1',
        upserts: [{ ...application('hub1', 8), images: ['y'] }],
        removals: [],
      });
      const after = (await store.revisions.current()).applications;
      const options = { now: after, most: 100 };
      expect(
        await store.applications.changedSince(before, options),
      ).toHaveLength(1);
    },
  ],
  [
    'whether one entity has too many applications',
    store => store.applications.wider(1, [[byName, bySet, byKey, byLabels]]),
  ],
  [
    'which of many entities have too many applications',
    store =>
      store.applications.wider(0, [
        [byName, byLabels],
        [bySet, byKey],
        [ofProject],
      ]),
  ],
  [
    'whether too many applications are gone',
    store =>
      store.applications.isGoneWider(1, [byName, bySet, byKey, byLabels]),
  ],
  [
    'the first applications of a set',
    store => store.applications.first([bySet], { limit: 20 }),
  ],
  [
    'the first applications by labels',
    store => store.applications.first([byLabels], { limit: 20 }),
  ],
  [
    'more applications of a set',
    store =>
      store.applications.first([{ ...bySet, hubs: ['hub1'] }], {
        limit: 20,
        after: key('hub1', 3),
      }),
  ],
  [
    'where applications of a set go',
    store => store.applications.places([{ ...bySet, hubs: ['hub1'] }]),
  ],
  [
    'where applications of several sets go',
    store => store.applications.placesOfSets(['set3', 'set4']),
  ],
  [
    'all values of a key',
    store => store.applications.valuesOf('backstage.io/entity-ref'),
  ],
  ['one application', store => store.applications.get(key('hub1', 5))],
  [
    'what runs on a cluster',
    store =>
      store.applications.list({ hub: 'hub1', cluster: 'cluster3', limit: 50 }),
  ],
  [
    'what runs on a cluster, later pages',
    store =>
      store.applications.list({
        hub: 'hub1',
        cluster: 'cluster3',
        after: key('hub1', 23),
        limit: 50,
      }),
  ],
  [
    'what runs on clusters of a name',
    store => store.applications.list({ cluster: 'cluster3', limit: 50 }),
  ],
  [
    'applications of a hub',
    store => store.applications.list({ hub: 'hub1', limit: 50 }),
  ],
  [
    'applications in pages',
    async store => {
      for await (const page of store.applications.pages()) {
        if (page.length) break;
      }
    },
  ],
  [
    'changes of an application',
    store => store.changes.list({ applications: [key('hub1', 5)], limit: 20 }),
  ],
  [
    'changes of many applications in a range, later pages',
    store =>
      store.changes.list({
        applications: HUBS.flatMap(hub =>
          [1, 2, 3, 4, 5].map(index => key(hub, index)),
        ),
        from: now - 4 * HOUR,
        to: now,
        after: { at: now - HOUR, id: 100 },
        limit: 20,
      }),
  ],
  [
    'changes of an application on a cluster',
    store =>
      store.changes.list({
        applications: [key('hub1', 5)],
        cluster: { hub: 'hub1', name: 'cluster5' },
        limit: 20,
      }),
  ],
  [
    'changes on a cluster',
    store =>
      store.changes.list({
        cluster: { hub: 'hub1', name: 'cluster5' },
        from: now - 3 * HOUR,
        limit: 20,
      }),
  ],
  ['changes that are old', store => store.changes.forgetOld({ limit: 500 })],
  [
    'an application that is written, with the counts',
    (store, lease) =>
      store.applications.apply({
        lease,
        hub: 'hub1',
        upserts: [
          {
            ...application('hub1', 9),
            images: ['x'],
            destination: { namespace: 'x', name: 'cluster1' },
          },
        ],
        removals: [key('hub1', 11)],
      }),
  ],
  [
    'destinations when the set of clusters changes',
    (store, lease) =>
      store.clusters.replace({
        lease,
        hub: 'hub1',
        clusters: clustersOf().slice(1),
      }),
  ],
  [
    'a cluster that is called otherwise from now on',
    (store, lease) =>
      store.clusters.replace({
        lease,
        hub: 'hub1',
        clusters: clustersOf(
          clusterRecord('cluster2', { server: 'https://other.example.com' }),
        ),
      }),
  ],
  [
    'changes that learn of their cluster',
    async (store, lease) => {
      const late = { namespace: 'x', name: 'late' };
      await store.applications.apply({
        lease,
        hub: 'hub1',
        upserts: [{ ...application('hub1', 2_000), destination: late }],
        removals: [],
      });
      await store.clusters.replace({
        lease,
        hub: 'hub1',
        clusters: clustersOf(clusterRecord('late')),
      });
    },
  ],
  [
    'a hub that is forgotten',
    async store => {
      await store.leases.release((await store.leases.acquire('hub7'))!);
      await store.hubs.forgetOthers(HUBS.slice(0, 7), { keptMs: 0 });
    },
  ],
];

describe.each(databases.eachSupportedId())('queries on %p', id => {
  let filled: ReturnType<typeof fill> | undefined;
  const setUp = async () => {
    filled ??= databases.init(id).then(fill);
    return filled;
  };

  it('never read all of a large table', async () => {
    const { knex, store, leases } = await setUp();
    const scans: Record<string, string[]> = {};
    for (const [what, query] of QUERIES) {
      const found = await fullScansOf(knex, () =>
        query(store, leases.get('hub1')!),
      );
      if (found.length) {
        scans[what] = found;
      }
    }
    expect(scans).toEqual({});
  });

  it('never read all of the only hub because its clusters change', async () => {
    const { knex, store, leases } = await fill(await databases.init(id), [
      'hub1',
    ]);
    const lease = leases.get('hub1')!;
    for (const clusters of [
      clustersOf().slice(1),
      clustersOf(
        clusterRecord('cluster2', { server: 'https://other.example.com' }),
      ),
    ]) {
      expect(
        await fullScansOf(knex, () =>
          store.clusters.replace({ lease, hub: 'hub1', clusters }),
        ),
      ).toEqual([]);
    }
    expect(
      await fullScansOf(knex, () =>
        knex('applications')
          .where({ hub: 'hub1' })
          .distinct('destination_name', 'project'),
      ),
    ).toHaveLength(1);
  });

  it('are told apart from one that does', async () => {
    const { knex, store } = await setUp();
    expect(
      await fullScansOf(knex, () =>
        knex('applications').where({ destination_problem: 'invalid' }).select(),
      ),
    ).toHaveLength(1);
    await knex.schema.alterTable('applications', table =>
      table.dropIndex(['name'], 'applications_name_idx'),
    );
    await analyze(knex);
    expect(
      await fullScansOf(knex, () => store.applications.select(byName)),
    ).toHaveLength(1);
  });
});
