import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord, clusterRecord } from '../testing/records';
import {
  ago,
  app,
  changesOn,
  DAY,
  deployed,
  HOUR,
  key,
  said,
  start,
} from './__testUtils__/changesOn';
import { createStore, HUB } from './__testUtils__/storeOn';
import type { ChangeRecord } from './ChangeStore';
import type { Lease } from './LeaseStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('recorded changes on %p', id => {
  it('are found by application, cluster and time, newest first, a page at a time', async () => {
    const { apply, store, changesOf } = await changesOn(databases, id);
    const on = (name: string, cluster: string, hours: number[]) =>
      applicationRecord(name, {
        uid: name,
        destination: { namespace: 'x', name: cluster },
        history: hours.map((each, index) => deployed(index, each * HOUR)),
      });
    await apply([
      on('a', 'prod', [9, 6, 3]),
      on('b', 'staging', [8, 5, 3]),
      on('c', 'prod', [7, 4, 1]),
    ]);
    const hoursOf = (changes: ChangeRecord[]) =>
      changes.map(
        ({ name, at }) =>
          `${name}${Math.round((start - Date.parse(at)) / HOUR)}`,
      );
    const list = async (
      options: Partial<Parameters<typeof store.changes.list>[0]>,
    ) =>
      hoursOf((await store.changes.list({ limit: 100, ...options })).changes);

    expect(await list({ applications: [key('a'), key('c')] })).toEqual([
      'c1',
      'a3',
      'c4',
      'a6',
      'c7',
      'a9',
    ]);
    expect(await list({ cluster: { hub: HUB, name: 'staging' } })).toEqual([
      'b3',
      'b5',
      'b8',
    ]);
    expect(
      await list({
        applications: [key('a'), key('b')],
        cluster: { hub: HUB, name: 'prod' },
      }),
    ).toEqual(['a3', 'a6', 'a9']);
    expect(await list({ applications: [] })).toEqual([]);
    expect(
      await list({
        applications: ['a', 'b', 'c'].map(key),
        from: Date.parse(ago(6 * HOUR)),
        to: Date.parse(ago(3 * HOUR)),
      }),
    ).toEqual(['c4', 'b5', 'a6']);
    expect(hoursOf(await changesOf('b'))).toEqual(['b3', 'b5', 'b8']);

    const paged: string[] = [];
    let after;
    do {
      const page: Awaited<ReturnType<typeof store.changes.list>> =
        await store.changes.list({
          applications: ['a', 'b', 'c'].map(key),
          after,
          limit: 2,
        });
      expect(page.changes.length).toBeLessThanOrEqual(2);
      paged.push(...hoursOf(page.changes));
      after = page.next;
    } while (after);
    expect(paged.toSorted()).toEqual([
      'a3',
      'a6',
      'a9',
      'b3',
      'b5',
      'b8',
      'c1',
      'c4',
      'c7',
    ]);
    expect(paged.slice(0, 1)).toEqual(['c1']);
    await expect(store.changes.list({ limit: 1 })).rejects.toThrow(/of what/);
  });

  it('of many applications are found too', async () => {
    const { apply, store } = await changesOn(databases, id);
    const many = Array.from({ length: 450 }, (_, index) => `app${index}`);
    await apply(
      many.map((name, index) =>
        applicationRecord(name, { history: [deployed(0, index * 60_000)] }),
      ),
    );
    const { changes } = await store.changes.list({
      applications: many.map(key),
      limit: 3,
    });
    expect(changes.map(({ name }) => name)).toEqual(['app0', 'app1', 'app2']);
  });

  it('learn of a cluster that is listed later, and of its new name', async () => {
    const { apply, store, lease } = await changesOn(databases, id);
    await apply([
      app({
        destination: { namespace: 'x', name: 'perf' },
        history: [deployed(0, HOUR)],
      }),
    ]);
    const on = async (name: string) =>
      (await store.changes.list({ cluster: { hub: HUB, name }, limit: 9 }))
        .changes.length;
    expect(await on('perf')).toBe(0);
    await store.clusters.replace({
      lease,
      hub: HUB,
      clusters: [clusterRecord('perf')],
    });
    expect(await on('perf')).toBe(1);
    await store.clusters.replace({
      lease,
      hub: HUB,
      clusters: [
        clusterRecord('perf'),
        clusterRecord('perf', { server: 'https://other.example.com' }),
      ],
    });
    expect(await on('perf')).toBe(0);
    const clusters = await store.clusters.list({ hub: HUB });
    const { name } = clusters.find(
      ({ server }) => server === 'https://perf.example.com',
    )!;
    expect(await on(name)).toBe(1);
  });

  it('stay with their cluster, whatever it is called, without being written again', async () => {
    const { apply, store, lease, knex, changesOf } = await changesOn(
      databases,
      id,
    );
    const OTHER = 'https://other.example.com';
    const MOVED = 'https://moved.example.com';
    const replace = async (...servers: (string | undefined)[]) => {
      await store.clusters.replace({
        lease,
        hub: HUB,
        clusters: servers.map(server =>
          clusterRecord('prod', server === undefined ? {} : { server }),
        ),
      });
      const clusters = await store.clusters.list({ hub: HUB });
      return new Map(clusters.map(({ server, name }) => [server, name]));
    };
    const on = async (name: string) =>
      (
        await store.changes.list({ cluster: { hub: HUB, name }, limit: 9 })
      ).changes.map(change => `${change.name} on ${change.cluster}`);
    const calledNow = async () => (await changesOf('a'))[0].cluster;
    await apply([app({ history: [deployed(0, HOUR)] })]);
    const updates: string[] = [];
    knex.on('query', ({ sql }: { sql: string }) => {
      // Only what had no cluster may learn of one.
      if (/^(?!.* is null)(update|with|delete).*changes/i.test(sql)) {
        updates.push(sql);
      }
    });

    const shared = await replace(undefined, OTHER);
    const long = shared.get('https://prod.example.com')!;
    expect(long).not.toBe('prod');
    expect(await on(long)).toEqual([`a on ${long}`]);
    expect(await on(shared.get(OTHER)!)).toEqual([]);

    await replace(undefined);
    expect(await on('prod')).toEqual(['a on prod']);
    await replace(MOVED);
    expect(await on('prod')).toEqual(['a on prod']);

    // Another where it was before begins anew.
    const both = await replace(MOVED, undefined);
    expect(await on(both.get('https://prod.example.com')!)).toEqual([]);
    expect(await on(both.get(MOVED)!)).toHaveLength(1);
    await replace(undefined);
    expect(await on('prod')).toEqual([]);
    expect(await calledNow()).toMatch(/^prod~[0-9a-f]{8}$/);
    await replace();
    expect(await on('prod')).toEqual([]);
    expect(await calledNow()).toBe('prod');
    expect(updates).toEqual([]);
  });

  it('are removed once they are old, a few at a time, and do not come back', async () => {
    const first = await changesOn(databases, id);
    const history = [5, 4, 3, 2, 1].map((days, index) =>
      deployed(index, days * DAY),
    );
    await first.apply([app({ history })]);
    // The same database, where they are kept for less time.
    const store = await createStore(first.knex, { changesKeptMs: 2.5 * DAY });
    expect(await store.changes.forgetOld({ limit: 2 })).toBe(2);
    expect(await store.changes.forgetOld({ limit: 2 })).toBe(1);
    expect(await store.changes.forgetOld({ limit: 2 })).toBe(0);
    await first.knex('leases').update({ expires_at: 0 });
    const lease = (await store.leases.acquire(HUB)) as Lease;
    const again = { lease, hub: HUB, upserts: [app({ history })] };
    await store.applications.apply({ ...again, removals: [key('a')] });
    await store.applications.apply({ ...again, removals: [] });
    const left = await first.changesOf('a');
    expect(left.map(said)).toMatchObject([{ historyId: 4 }, { historyId: 3 }]);
  });
});
