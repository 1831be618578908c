import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord } from '../testing/records';
import { createStore, HUB, names, storeOn } from './__testUtils__/storeOn';
import type { Lease } from './LeaseStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('leases on %p', id => {
  it('let only the holder of the current epoch write', async () => {
    const { knex, store, lease, apply } = await storeOn(databases, id);
    await knex('leases').update({ expires_at: 0 });
    const other = await createStore(knex);
    const taken = (await other.leases.acquire(HUB)) as Lease;
    expect(taken.epoch).toBe(lease.epoch + 1);
    await expect(apply([applicationRecord('a')])).rejects.toThrow(
      /lease of 'main' was lost/,
    );
    await expect(
      store.hubs.update({ lease, hub: HUB, changes: { complete: true } }),
    ).rejects.toThrow(/was lost/);
    await other.applications.apply({
      lease: taken,
      hub: HUB,
      upserts: [applicationRecord('b')],
      removals: [],
    });
    expect(names(await store.applications.list({ limit: 5 }))).toEqual(['b']);
  });

  it('refuse a holder that woke after its lease ran out', async () => {
    const { knex, apply } = await storeOn(databases, id);
    await knex('leases').update({ expires_at: 0 });
    await expect(apply([applicationRecord('a')])).rejects.toThrow(/was lost/);
  });

  it('keep the epoch when renewed, and are free once released', async () => {
    const { knex, store, lease } = await storeOn(databases, id);
    expect(await store.leases.acquire(HUB)).toEqual(lease);
    await store.leases.release(lease);
    const other = await createStore(knex);
    expect((await other.leases.acquire(HUB))?.epoch).toBe(lease.epoch + 1);
  });

  it('last longer when renewed', async () => {
    const { knex, store, lease } = await storeOn(databases, id);
    const soon = Date.now() + 10_000;
    await knex('leases').update({ expires_at: soon });
    expect(await store.leases.renew(lease)).toBe(true);
    const row = await knex('leases').first();
    expect(row.epoch).toBe(lease.epoch);
    expect(Number(row.expires_at)).toBeGreaterThan(soon);
  });

  it('are waited for by a process that began long ago', async () => {
    const leaseTtlMs = 1_000;
    const { knex, store, lease } = await storeOn(databases, id, { leaseTtlMs });
    const other = await createStore(knex, { leaseTtlMs });
    for (let waited = 0; waited <= leaseTtlMs; waited += 200) {
      expect(await store.leases.renew(lease)).toBe(true);
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    expect(await other.leases.acquire(HUB)).toBeUndefined();
  });

  it.each`
    state                     | change
    ${'ran out'}              | ${{ expires_at: 1 }}
    ${'is of another holder'} | ${{ holder: 'another' }}
    ${'is of another epoch'}  | ${{ epoch: 7 }}
  `('are not taken by renewing one that $state', async ({ change }) => {
    const { knex, store, lease } = await storeOn(databases, id);
    await knex('leases').update(change);
    const before = await knex('leases').first();
    expect(await store.leases.renew(lease)).toBe(false);
    expect(await knex('leases').first()).toEqual(before);
  });

  it('are not taken by renewing one that was freed', async () => {
    const { knex, store, lease } = await storeOn(databases, id);
    await store.leases.release(lease);
    expect(await store.leases.renew(lease)).toBe(false);
    expect(Number((await knex('leases').first()).expires_at)).toBe(0);
    await store.leases.drop(lease);
    expect(await store.leases.renew(lease)).toBe(false);
    expect(await knex('leases')).toEqual([]);
  });

  it('let other replicas wait while one has it', async () => {
    const { knex, store, lease } = await storeOn(databases, id);
    const other = await createStore(knex);
    // SQLite serves one process, which takes over what an earlier one had, once.
    const taken = await other.leases.acquire(HUB);
    const [holder, waiting, held] = taken
      ? [other, store, taken]
      : [store, other, lease];
    expect(taken?.epoch).toBe(id === 'SQLITE_3' ? lease.epoch + 1 : undefined);
    expect(await waiting.leases.acquire(HUB)).toBeUndefined();
    expect(await holder.leases.acquire(HUB)).toEqual(held);
    await holder.leases.release(held);
    expect(await waiting.leases.acquire(HUB)).toEqual({
      resource: HUB,
      epoch: held.epoch + 1,
    });
    expect(await holder.leases.acquire(HUB)).toBeUndefined();
  });
});
