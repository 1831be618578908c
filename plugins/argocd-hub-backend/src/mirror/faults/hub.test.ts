import { TestDatabases } from '@backstage/backend-test-utils';
import { World } from '../__testUtils__/faults/World';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('a hub that is lost, on %p', id => {
  let world: World;

  beforeEach(async () => {
    world = await World.start({ knex: await databases.init(id) });
  });

  afterEach(() => world.stop());

  it('is stale, then right again', async () => {
    await world.holds();
    await world.breakHub({ kind: 'refused' });
    await world.wait(8_000);
    const { rows } = await world.green.shown();
    expect(rows.map(({ health }) => health.status)).toEqual([
      'Unknown',
      'Unknown',
      'Unknown',
    ]);
    await world.healHub();
    await world.holds();
  });
});
