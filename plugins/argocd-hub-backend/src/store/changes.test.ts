import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord, clusterRecord } from '../testing/records';
import { createStore, HUB, storeOn } from './__testUtils__/storeOn';
import type { ChangeRecord } from './ChangeStore';
import type { ApplicationRecord, Lease } from './types';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const start = Date.now();
const ago = (milliseconds: number) =>
  new Date(Math.floor((start - milliseconds) / 1000) * 1000).toISOString();

const deployed = (id: number, milliseconds: number, by = 'ada') => ({
  id,
  revision: `rev${id}`,
  deployedAt: ago(milliseconds),
  by,
});

const key = (name: string) => ({ hub: HUB, namespace: 'argocd', name });

/** What a change says, without where and when. */
function said(change: ChangeRecord) {
  const { id, hub, namespace, name, cluster, at, ...rest } = change;
  return rest;
}

describe.each(databases.eachSupportedId())('changes on %p', databaseId => {
  const setUp = async (options?: Parameters<typeof storeOn>[2]) => {
    const world = await storeOn(databases, databaseId, options);
    const { store } = world;
    const changesOf = async (name: string, rest = {}) =>
      (
        await store.changes.list({
          applications: [key(name)],
          limit: 100,
          ...rest,
        })
      ).changes;
    return { ...world, changesOf };
  };

  const app = (overrides: Partial<ApplicationRecord> = {}) =>
    applicationRecord('a', { uid: 'u1', ...overrides });

  it('take over the history and the operation of an application at first sight', async () => {
    const { apply, changesOf } = await setUp();
    await apply([
      app({
        history: [
          deployed(0, 40 * DAY),
          deployed(1, 2 * DAY),
          deployed(2, DAY),
        ],
        operation: {
          phase: 'Succeeded',
          startedAt: ago(DAY + HOUR),
          finishedAt: ago(DAY),
          by: 'ada',
          revision: 'rev2',
          message: 'x'.repeat(2_000),
        },
      }),
    ]);
    const changes = await changesOf('a');
    expect(changes.map(said)).toEqual([
      {
        kind: 'revision',
        uid: 'u1',
        historyId: 2,
        revision: 'rev2',
        by: 'ada',
      },
      {
        kind: 'operation',
        uid: 'u1',
        phase: 'Succeeded',
        finishedAt: ago(DAY),
        revision: 'rev2',
        by: 'ada',
        message: 'x'.repeat(500),
      },
      {
        kind: 'revision',
        uid: 'u1',
        historyId: 1,
        revision: 'rev1',
        by: 'ada',
      },
    ]);
    expect(changes[0]).toMatchObject({
      ...key('a'),
      cluster: 'prod',
      at: ago(DAY),
    });
  });

  it('record a deployment made while nobody looked, once', async () => {
    const { apply, changesOf } = await setUp();
    await apply([app({ history: [deployed(0, 3 * HOUR)] })]);
    const later = app({
      history: [
        deployed(0, 3 * HOUR),
        deployed(1, 2 * HOUR),
        deployed(2, HOUR),
      ],
    });
    await apply([later]);
    await apply([{ ...later, images: ['x:1'] }]);
    expect((await changesOf('a')).map(said)).toMatchObject([
      { historyId: 2 },
      { historyId: 1 },
      { historyId: 0 },
    ]);
  });

  it('tell transitions of sync and health, with the moment that Argo CD gives', async () => {
    const { apply, changesOf } = await setUp();
    await apply([app({ healthSince: ago(5 * HOUR) })]);
    expect(await changesOf('a')).toEqual([]);

    const before = Date.now();
    const degraded = app({
      sync: 'OutOfSync',
      health: 'Degraded',
      healthSince: ago(HOUR),
    });
    await apply([degraded]);
    const [sync, health] = await changesOf('a');
    expect(said(sync)).toEqual({
      kind: 'sync',
      from: 'Synced',
      to: 'OutOfSync',
    });
    expect(Date.parse(sync.at)).toBeGreaterThanOrEqual(before);
    expect(said(health)).toEqual({
      kind: 'health',
      from: 'Healthy',
      to: 'Degraded',
    });
    expect(health.at).toBe(ago(HOUR));
  });

  it.each([
    ['gives no moment', undefined],
    ['lives in the future', new Date(start + 5 * DAY).toISOString()],
  ])('tell when health was seen where the hub %s', async (_, healthSince) => {
    const { apply, changesOf } = await setUp();
    await apply([app()]);
    const before = Date.now();
    await apply([app({ health: 'Degraded', healthSince })]);
    const [health] = await changesOf('a');
    expect(Date.parse(health.at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(health.at)).toBeLessThanOrEqual(Date.now());
  });

  it('follow an operation as one change, which ends once', async () => {
    const { apply, changesOf } = await setUp();
    const running = { phase: 'Running' as const, startedAt: ago(HOUR) };
    const failed = {
      ...running,
      phase: 'Failed' as const,
      finishedAt: ago(HOUR / 2),
      revision: 'abc',
      message: 'one or more objects failed to apply',
    };
    await apply([app({ operation: running })]);
    await apply([app({ operation: { ...running, message: 'Retrying' } })]);
    expect((await changesOf('a')).map(said)).toEqual([
      { kind: 'operation', uid: 'u1', phase: 'Running', message: 'Retrying' },
    ]);
    await apply([app({ operation: failed })]);
    // From a replica of the hub that lags behind.
    await apply([app({ operation: running, images: ['x'] })]);
    await apply([app({ operation: failed })]);
    const { startedAt, ...end } = failed;
    expect((await changesOf('a')).map(said)).toEqual([
      { kind: 'operation', uid: 'u1', ...end },
    ]);
    await apply([
      app({ operation: { phase: 'Running', startedAt: ago(60_000) } }),
    ]);
    expect(await changesOf('a')).toHaveLength(2);
  });

  const full = () =>
    app({
      history: [deployed(0, DAY), deployed(1, HOUR)],
      operation: { phase: 'Running', startedAt: ago(HOUR) },
    });

  it.each([
    ['twice', {}],
    ['after it was lost and found', { removed: true }],
    ['after a restart, by another holder', { other: true }],
  ])(
    'are the same when an application is told %s',
    async (_, { removed, other }: { removed?: boolean; other?: boolean }) => {
      const { apply, changesOf, knex } = await setUp();
      await apply([full()]);
      const degraded = {
        ...full(),
        health: 'Degraded' as const,
        healthSince: ago(HOUR),
      };
      await apply([degraded]);
      const before = await changesOf('a');
      expect(before).toHaveLength(4);
      if (removed) {
        await apply([], ['a']);
        expect(await changesOf('a')).toEqual(before);
      }
      if (other) {
        await knex('leases').update({ expires_at: 0 });
        const store = await createStore(knex);
        const lease = (await store.leases.acquire(HUB)) as Lease;
        await store.applications.apply({
          lease,
          hub: HUB,
          upserts: [{ ...degraded, images: ['x'] }],
          removals: [],
        });
      } else {
        await apply([degraded]);
      }
      expect(await changesOf('a')).toEqual(before);
    },
  );

  it('are not confused with those of another object that takes the name', async () => {
    const { apply, changesOf, store } = await setUp();
    await apply([app({ health: 'Degraded', history: [deployed(0, DAY)] })]);
    await apply([app({ uid: 'u2', history: [deployed(0, HOUR)] })]);
    expect((await changesOf('a')).map(said)).toEqual([
      {
        kind: 'revision',
        uid: 'u2',
        historyId: 0,
        revision: 'rev0',
        by: 'ada',
      },
      {
        kind: 'revision',
        uid: 'u1',
        historyId: 0,
        revision: 'rev0',
        by: 'ada',
      },
    ]);
    const stored = await store.applications.get(key('a'));
    expect(Date.parse(stored!.syncSince!)).toBeGreaterThanOrEqual(start);
  });

  it('are found by application, cluster and time, newest first, a page at a time', async () => {
    const { apply, store, changesOf } = await setUp();
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
    const { apply, store } = await setUp();
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
    const { apply, store, lease } = await setUp();
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

  it('are removed once they are old, a few at a time, and do not come back', async () => {
    const first = await setUp();
    const history = [5, 4, 3, 2, 1].map((days, id) => deployed(id, days * DAY));
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

  it('are bounded in size, however hostile the application', async () => {
    const { apply, knex } = await setUp();
    const long = `${'x'.repeat(63)}${'😀'.repeat(500)}`;
    await apply([
      app({
        uid: long,
        history: [
          { id: 1, revision: long, deployedAt: ago(HOUR), by: long },
          { id: 1, revision: long, deployedAt: ago(HOUR), by: long },
          { id: 2, deployedAt: '9999-01-01T00:00:00Z' },
          { id: 3, deployedAt: '0001-01-01T00:00:00Z' },
        ],
        operation: {
          phase: 'Running',
          startedAt: ago(HOUR),
          revision: long,
          by: long,
          message: long,
        },
      }),
    ]);
    const rows = await knex('changes').select('identity', 'body');
    expect(rows).toHaveLength(2);
    for (const { identity, body } of rows) {
      expect(identity.length).toBeLessThanOrEqual(160);
      expect(body.length).toBeLessThanOrEqual(1_200);
    }
  });

  it('are not written when the lease was lost', async () => {
    const { apply, knex } = await setUp();
    await knex('leases').update({ epoch: 7 });
    await expect(apply([full()])).rejects.toThrow(/was lost/);
    expect(await knex('changes').select()).toEqual([]);
  });
});
