import createKnex, { type Knex } from 'knex';
import type { StoreChange } from '../store/Store';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';
import { HubStatusKeeper } from './HubStatusKeeper';

jest.setTimeout(120_000);

let knex: Knex;
let world: MirrorWorld;

/** Nothing happens at the hub any more, so that the burst does not end by a change. */
async function quietHub() {
  let before = '';
  await until(async () => {
    await new Promise(resolve => setTimeout(resolve, 3_000));
    const now = JSON.stringify((await world.ask('/api/v1/applications')).items);
    const isQuiet = now === before;
    before = now;
    return isQuiet;
  }, 40_000);
}

async function completeHub() {
  return until(async () => {
    const hub = await world.store.hubs.get('main');
    return hub?.complete ? hub : undefined;
  }, 20_000);
}

beforeEach(async () => {
  knex = createKnex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
  world = await MirrorWorld.start({ knex });
  await quietHub();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await world.stop();
  await knex.destroy();
});

describe('a hub that is read for the first time', () => {
  it('is complete as soon as a list names exactly what is stored, and says so', async () => {
    const { completed } = HubStatusKeeper.prototype;
    const told: StoreChange[] = [];
    jest
      .spyOn(HubStatusKeeper.prototype, 'completed')
      .mockImplementationOnce(async function complete(this: HubStatusKeeper) {
        const before = world.changes.length;
        await completed.call(this);
        told.push(...world.changes.slice(before));
      });
    world.mirror();
    const { facts, applications } = await completeHub();

    // The list that counts waits until the burst is surely over.
    expect(facts.lastListAt).toBeUndefined();
    expect(applications).toBe(3);
    await until(() => told.length > 0);
    expect(told.map(({ clusters }) => clusters.length)).toContain(3);
  });

  it('is not complete while a list names more than the burst has told', async () => {
    world.proxy.rewrite(/\/api\/v1\/applications$/, ({ items, ...rest }) => {
      const [one] = items;
      const metadata = { ...one.metadata, name: 'not-told' };
      return { ...rest, items: [...items, { ...one, metadata }] };
    });
    world.mirror();
    const { facts, applications } = await completeHub();

    expect(facts.lastListAt).toBeDefined();
    expect(applications).toBe(3);
  });
});
