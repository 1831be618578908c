import { TestDatabases } from '@backstage/backend-test-utils';
import { createStore } from '../store/__testUtils__/storeOn';
import { complete, stored } from './__testUtils__/demoHub';
import { LITTLE_PATIENCE } from './__testUtils__/littlePatience';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

// Where SQLite is locked it says so at once.
const databases = TestDatabases.create({ ids: ['POSTGRES_15'] });
/** Half of it a statement may take. */
const LEASE_MS = 3_000;
/** So often a record that is to blame is tried, and then removed. */
const MORE_THAN_ENOUGH = 6;

describe.each(databases.eachSupportedId())('a mirror on %p', id => {
  let world: MirrorWorld;

  afterEach(() => world?.stop());

  it('removes nothing because the database keeps it waiting', async () => {
    const knex = await databases.init(id);
    world = await MirrorWorld.start({ knex, timing: LITTLE_PATIENCE });
    const store = await createStore(knex, { leaseTtlMs: LEASE_MS });
    const apply = jest.spyOn(store.applications, 'apply');
    world.mirror(store);
    await complete(world);

    const transaction = await knex.transaction();
    await transaction.raw('lock table hubs in access exclusive mode');
    apply.mockClear();
    await world.control('/applications/agent-prod/health', {
      status: 'Degraded',
    });
    await until(() => apply.mock.calls.length >= MORE_THAN_ENOUGH, 40_000);
    await transaction.commit();

    await until(
      async () => (await stored(world))['agent-prod']?.health === 'Degraded',
    );
    const removals = apply.mock.calls.flatMap(([options]) => options.removals);
    expect(removals).toEqual([]);
    expect((await world.store.hubs.get('main'))?.skipped).toEqual([]);
  });
});
