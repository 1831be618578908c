import { TestDatabases } from '@backstage/backend-test-utils';
import type { HubConfig } from '../config';
import { agreeing, complete, stored, truth } from './__testUtils__/demoHub';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('the stream on %p', id => {
  let world: MirrorWorld | undefined;

  const given = async (hub?: Partial<HubConfig>) => {
    const knex = await databases.init(id);
    world = await MirrorWorld.start({ knex, hub });
    return world;
  };

  afterEach(async () => {
    await world?.stop();
    world = undefined;
  });

  it('catches up by lists while there is no stream', async () => {
    const one = await given({ relistMs: 2_000 });
    one.mirror();
    await complete(one);
    one.proxy.answer(/stream/, 503, { error: 'gone', code: 14 });
    one.proxy.cut();
    await one.control('/applications/agent-prod/health', {
      status: 'Degraded',
    });
    await until(
      async () => (await truth(one))['agent-prod'].health === 'Degraded',
    );
    await until(
      async () => (await stored(one))['agent-prod'].health === 'Degraded',
    );
    expect(await agreeing(one)).toBe(true);
  });

  it('takes away what is deleted, without a list', async () => {
    const one = await given();
    one.mirror();
    await until(
      async () => (await one.store.hubs.get('main'))?.facts.lastListAt,
    );
    one.proxy.rewrite(/stream/, ({ result }) => {
      if (result.application.metadata.name === 'agent-prod') {
        result.type = 'DELETED';
      }
    });
    await one.control('/applications/agent-prod/health', {
      status: 'Degraded',
    });
    await until(async () => !(await stored(one))['agent-prod']);
    expect(Object.keys(await stored(one))).toHaveLength(2);
  });

  it('catches up at once when the stream is back', async () => {
    const one = await given();
    one.mirror();
    await complete(one);
    const back = one.proxy.answer(/stream/, 503, { error: 'gone', code: 14 });
    one.proxy.cut();
    await one.control('/applications/agent-prod/health', {
      status: 'Degraded',
    });
    await until(
      async () => (await truth(one))['agent-prod'].health === 'Degraded',
    );
    back();
    expect(await agreeing(one, 15_000)).toBe(true);
  });
});
