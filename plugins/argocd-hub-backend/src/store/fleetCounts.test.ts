import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord, clusterRecord } from '../testing/records';
import { storeOn } from './__testUtils__/storeOn';
import type { FleetCount, FleetPlace } from './FleetStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const to = (name: string, cluster: string, hub = 'main') =>
  applicationRecord(name, {
    ...{ hub, health: name.startsWith('bad') ? 'Degraded' : 'Healthy' },
    destination: { namespace: 'x', name: cluster },
  });
const textOf = ({ hub, cluster = '-', applications }: FleetCount) =>
  `${hub}/${cluster}: ${applications}`;

describe.each(databases.eachSupportedId())('counts of a fleet on %p', id => {
  let counts: (at: FleetPlace[]) => Promise<string[]>;

  beforeAll(async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply([
      ...[to('bad-1', 'prod'), to('bad-2', 'prod'), to('good', 'prod')],
      ...[to('bad-3', 'staging'), to('bad-lost', 'nowhere')],
    ]);
    const lease = (await store.leases.acquire('edge'))!;
    const edge = { lease, hub: 'edge' };
    await store.hubs.update({ ...edge, changes: {} });
    await store.clusters.replace({
      ...edge,
      clusters: [clusterRecord('prod')],
    });
    await store.applications.apply({
      ...edge,
      upserts: [to('bad-4', 'prod', 'edge'), to('bad-5', 'gone', 'edge')],
      removals: [],
    });
    counts = async at =>
      (await store.fleet.counts({ health: 'Degraded' }, { at }))
        .map(textOf)
        .sort();
  });

  it.each<[string, FleetPlace[], string[]]>([
    ['nothing', [], []],
    ['a cluster', [{ hub: 'main', cluster: 'prod' }], ['main/prod: 2']],
    ['what goes to none of a hub', [{ hub: 'edge' }], ['edge/-: 1']],
    [
      'a cluster of one hub and what goes to none of another',
      [{ hub: 'edge', cluster: 'prod' }, { hub: 'main' }],
      ['edge/prod: 1', 'main/-: 1'],
    ],
    [
      'clusters of a name',
      [
        { hub: 'edge', cluster: 'prod' },
        { hub: 'main', cluster: 'prod' },
      ],
      ['edge/prod: 1', 'main/prod: 2'],
    ],
    ['a cluster without any', [{ hub: 'edge', cluster: 'staging' }], []],
  ])('are of the places that are asked for: %s', async (_, at, expected) => {
    expect(await counts(at)).toEqual(expected);
  });

  it('are of all places where too many are asked for to name them', async () => {
    const at = Array.from({ length: 1_001 }, (_, index) => ({
      hub: 'main',
      cluster: `c${index}`,
    }));
    const all = ['edge/-: 1', 'edge/prod: 1', 'main/-: 1', 'main/prod: 2'];
    expect(await counts(at)).toEqual([...all, 'main/staging: 1']);
  });
});
