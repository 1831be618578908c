import { TestDatabases } from '@backstage/backend-test-utils';
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
import type { Lease } from './LeaseStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('changes on %p', id => {
  it('take over the history and the operation of an application at first sight', async () => {
    const { apply, changesOf } = await changesOn(databases, id);
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
    const { apply, changesOf } = await changesOn(databases, id);
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
    const { apply, changesOf } = await changesOn(databases, id);
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
    const { apply, changesOf } = await changesOn(databases, id);
    await apply([app()]);
    const before = Date.now();
    await apply([app({ health: 'Degraded', healthSince })]);
    const [health] = await changesOf('a');
    expect(Date.parse(health.at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(health.at)).toBeLessThanOrEqual(Date.now());
  });

  it('follow an operation as one change, which ends once', async () => {
    const { apply, changesOf } = await changesOn(databases, id);
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
    const { startedAt, ...end } = failed;
    expect((await changesOf('a')).map(said)).toMatchObject([{ ...end }]);
    await apply([app({ operation: failed })]);
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
      const { apply, changesOf, knex } = await changesOn(databases, id);
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

  it('outlive their application', async () => {
    const { apply, changesOf } = await changesOn(databases, id);
    await apply([full()]);
    const before = await changesOf('a');
    await apply([], ['a']);
    expect(await changesOf('a')).toEqual(before);
    expect(before).toHaveLength(3);
  });

  it('are not confused with those of another object that takes the name', async () => {
    const { apply, changesOf, store } = await changesOn(databases, id);
    await apply([app({ health: 'Degraded', history: [deployed(0, DAY)] })]);
    await apply([
      app({
        uid: 'u2',
        healthSince: ago(HOUR),
        history: [deployed(0, HOUR)],
      }),
    ]);
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

  it('are bounded in size, however hostile the application', async () => {
    const { apply, knex } = await changesOn(databases, id);
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
    const { apply, knex } = await changesOn(databases, id);
    await knex('leases').update({ epoch: 7 });
    await expect(apply([full()])).rejects.toThrow(/was lost/);
    expect(await knex('changes').select()).toEqual([]);
  });
});
