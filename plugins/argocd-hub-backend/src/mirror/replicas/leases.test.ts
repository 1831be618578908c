import {
  type TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { createStore } from '../../store/__testUtils__/storeOn';
import { MirrorWorld, until } from '../__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** Replicas share one PostgreSQL; SQLite serves one process. */
const shared = databases
  .eachSupportedId()
  .map(([id]) => id)
  .filter(id => id !== 'SQLITE_3');

describe('replicas of one hub', () => {
  let world: MirrorWorld;

  afterEach(() => world.stop());

  const given = async (id: TestDatabaseId) => {
    world = await MirrorWorld.start({ knex: await databases.init(id) });
    world.mirror();
    await until(async () => (await world.store.hubs.get('main'))?.complete);
  };

  const leaseRow = async () => {
    const row = await world.knex('leases').where({ resource: 'main' }).first();
    return { epoch: row.epoch, expiresAt: Number(row.expires_at) };
  };

  const degrade = () =>
    world.control('/applications/agent-prod/health', { status: 'Degraded' });

  const degraded = async () =>
    (await world.applications())
      .filter(({ health }) => health === 'Degraded')
      .map(({ name }) => name);

  const writesNothingMore = async (id: TestDatabaseId) => {
    await given(id);
    const { epoch, expiresAt } = await leaseRow();
    await world
      .knex('leases')
      .update({ holder: 'another', epoch: epoch + 1, expires_at: expiresAt });
    await degrade();
    await new Promise(resolve => setTimeout(resolve, 5_000));
    expect(await degraded()).toEqual([]);
    await world.stop();
  };

  const takesOver = async (id: TestDatabaseId) => {
    await given(id);
    world.mirror(await world.replica());
    const before = await leaseRow();
    await new Promise(resolve => setTimeout(resolve, 6_000));
    expect((await leaseRow()).epoch).toBe(before.epoch);

    // As if the holder had been killed: nobody renews any more.
    await world.knex('leases').update({ expires_at: 1, holder: 'killed' });
    await until(async () => (await leaseRow()).epoch > before.epoch, 20_000);
    await degrade();
    await until(async () => (await degraded()).includes('agent-prod'));
    await world.stop();
  };

  it('write nothing more once another has the lease', async () => {
    for (const id of shared) {
      await writesNothingMore(id);
    }
    await given('SQLITE_3');
    await degrade();
    await until(async () => (await degraded()).length);
    expect(await degraded()).toEqual(['agent-prod']);
  });

  it('let one mirror, and take over when it is gone', async () => {
    for (const id of shared) {
      await takesOver(id);
    }
    await given('SQLITE_3');
    const { epoch } = await leaseRow();
    await world.stopMirrors();
    world.mirror(await world.replica());
    await until(async () => (await leaseRow()).expiresAt > 0);
    expect((await leaseRow()).epoch).toBe(epoch + 1);
  });

  it('stop mirroring when they cannot renew it', async () => {
    world = await MirrorWorld.start({ knex: await databases.init('SQLITE_3') });
    const store = await createStore(world.knex, { leaseTtlMs: 3_000 });
    world.mirror(store);
    await until(async () => (await store.hubs.get('main'))?.complete);
    const away = new Error('away');
    jest.spyOn(store.leases, 'renew').mockRejectedValue(away);
    jest.spyOn(store.leases, 'acquire').mockRejectedValue(away);
    // Else the fence would stop them, a little later.
    const expiresAt = Date.now() + 3_600_000;
    await world.knex('leases').update({ expires_at: expiresAt });
    const isFree = async () => (await leaseRow()).expiresAt === 0;
    expect(await until(isFree)).toBe(true);
  });

  it('do not take the lease again by a renewal that comes late', async () => {
    world = await MirrorWorld.start({ knex: await databases.init('SQLITE_3') });
    const store = await createStore(world.knex, { leaseTtlMs: 1_500 });
    const renew = store.leases.renew.bind(store.leases);
    const late: Promise<unknown>[] = [];
    jest.spyOn(store.leases, 'renew').mockImplementation(lease => {
      const landed = new Promise(resolve => setTimeout(resolve, 500));
      const renewed = landed.then(() => renew(lease));
      late.push(renewed);
      return renewed;
    });
    world.mirror(store);
    await until(() => late.length);
    await world.stopMirrors();
    await Promise.all(late);
    expect(await leaseRow()).toEqual({ epoch: 1, expiresAt: 0 });
  });

  it('free the lease when they stop', async () => {
    await given('SQLITE_3');
    await world.stopMirrors();
    expect((await leaseRow()).expiresAt).toBe(0);
  });
});
