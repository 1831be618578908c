import createKnex, { type Knex } from 'knex';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';
import { ApplicationIndex } from './ApplicationIndex';

jest.setTimeout(60_000);

let knex: Knex;
let world: MirrorWorld;

beforeEach(async () => {
  knex = createKnex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
  world = await MirrorWorld.start({ knex, hub: { relistMs: 1_000 } });
});

afterEach(async () => {
  jest.restoreAllMocks();
  await world.stop();
  await knex.destroy();
});

describe('Lister', () => {
  it('forgets past events also while every list fails', async () => {
    const { touch, forgetEventsBefore } = ApplicationIndex.prototype;
    const remembered = new Set<string>();
    jest
      .spyOn(ApplicationIndex.prototype, 'touch')
      .mockImplementation(function note(this: ApplicationIndex, key) {
        remembered.add(key);
        touch.call(this, key);
      });
    jest
      .spyOn(ApplicationIndex.prototype, 'forgetEventsBefore')
      .mockImplementation(function forget(this: ApplicationIndex, moment) {
        forgetEventsBefore.call(this, moment);
        for (const key of remembered) {
          if (!this.isTouchedSince(key, 0)) {
            remembered.delete(key);
          }
        }
      });
    world.proxy.answer(/v1\/applications$/, 400, { error: 'no', code: 3 });
    world.mirror();
    await until(() => remembered.size === 3);
    await until(() => remembered.size === 0, 30_000);
    const hub = await world.store.hubs.get('main');
    expect(hub?.facts.lastListAt).toBeUndefined();
  });
});
