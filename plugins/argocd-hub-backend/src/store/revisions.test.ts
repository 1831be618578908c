import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord, clusterRecord } from '../testing/records';
import { HUB, storeOn } from './__testUtils__/storeOn';
import { DatabaseRevisionStore } from './database/DatabaseRevisionStore';
import { partsOf } from './database/writtenParts';
import type { RevisionOf, Revisions } from './Revisions';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('revisions on %p', id => {
  const setUp = async () => {
    const on = await storeOn(databases, id);
    await on.apply([applicationRecord('agent')]);
    return on;
  };
  type Started = Awaited<ReturnType<typeof setUp>>;

  it.each<[string, (on: Started) => Promise<unknown>, RevisionOf[]]>([
    [
      'an application that changes',
      ({ apply }) => apply([applicationRecord('agent', { health: 'Missing' })]),
      ['applications'],
    ],
    [
      'an application that says nothing new',
      ({ apply }) => apply([applicationRecord('agent')]),
      [],
    ],
    [
      'an application that goes, and is counted no more',
      ({ apply }) => apply([], ['agent']),
      ['applications', 'clusters', 'hubs'],
    ],
    [
      'facts of a cluster',
      ({ store, lease }) =>
        store.clusters.updateFacts({
          lease,
          hub: HUB,
          updates: [{ name: 'prod', facts: { firstSeenAt: 2 } }],
        }),
      ['clusters'],
    ],
    [
      'clusters that are listed as before',
      ({ store, lease }) =>
        store.clusters.replace({
          lease,
          hub: HUB,
          clusters: ['prod', 'staging'].map(name => clusterRecord(name)),
        }),
      [],
    ],
    [
      'a cluster that goes',
      ({ store, lease }) =>
        store.clusters.replace({
          lease,
          hub: HUB,
          clusters: [clusterRecord('prod')],
        }),
      ['clusters', 'hubs'],
    ],
    [
      'facts of a hub',
      ({ store, lease }) =>
        store.hubs.update({ lease, hub: HUB, changes: { version: 'v9' } }),
      ['hubs'],
    ],
  ])('tell at once of %s', async (_, write, expected) => {
    const on = await setUp();
    const before = await on.store.revisions.current();
    await write(on);
    const after = await on.store.revisions.current();
    expect(differing(before, after)).toEqual(expected);
    expect(after === before).toBe(expected.length === 0);
  });

  it('tell nothing of a write that was rolled back', async () => {
    const { store, lease } = await setUp();
    const before = await store.revisions.current();
    await expect(
      store.leases.withLease(lease, async transaction => {
        await transaction('hubs').update({ applications: 7 });
        throw new Error('half-way');
      }),
    ).rejects.toThrow('half-way');
    expect(await store.revisions.current()).toBe(before);
  });

  it('tell of what another replica wrote after a quarter of a second', async () => {
    const { apply, knex } = await setUp();
    let now = 1_000;
    const reader = new DatabaseRevisionStore(knex, { now: () => now });
    const before = await reader.current();
    await apply([applicationRecord('agent', { health: 'Missing' })]);
    now += 249;
    expect(await reader.current()).toBe(before);
    now += 1;
    expect(differing(before, await reader.current())).toEqual(['applications']);
  });

  it('trust nothing for longer than ten minutes', async () => {
    const { knex } = await setUp();
    let now = 0;
    const reader = new DatabaseRevisionStore(knex, { now: () => now });
    const before = await reader.current();
    now += 599_000;
    expect(await reader.current()).toBe(before);
    now += 1_000;
    expect(differing(before, await reader.current())).toEqual([
      'applications',
      'clusters',
      'hubs',
    ]);
  });

  it('are empty, whatever the time, where nothing was ever written', async () => {
    const { store, knex } = await setUp();
    let now = 0;
    const reader = new DatabaseRevisionStore(knex, { now: () => now });
    expect((await reader.current()).claims).toBe('');
    now += 600_000;
    expect((await reader.current()).claims).toBe('');

    const lease = (await store.leases.acquire('mapping:claims'))!;
    await store.claims.replace({ lease, entities: [] });

    expect((await store.revisions.current()).claims).not.toBe('');
  });
});

describe('partsOf', () => {
  it.each`
    sql                                            | parts
    ${'select * from "applications" for update'}   | ${[]}
    ${'insert into "applications" ("a") select 1'} | ${['applications']}
    ${'insert into application_labels values (1)'} | ${['applications']}
    ${'UPDATE `clusters` set `a` = 1'}             | ${['clusters']}
    ${'delete from "entity_claims"'}               | ${['claims']}
    ${'update "leases" set "epoch" = 1'}           | ${[]}
    ${'with x as (select 1) delete from "hubs"'}   | ${['applications', 'clusters', 'hubs', 'claims']}
  `('of "$sql" are $parts', ({ sql, parts }) => {
    expect(partsOf(sql)).toEqual(parts);
  });
});

function differing(before: Revisions, after: Revisions): RevisionOf[] {
  return (Object.keys(before) as RevisionOf[]).filter(
    part => before[part] !== after[part],
  );
}
