import { setTimeout as delay } from 'node:timers/promises';
import { TestDatabases } from '@backstage/backend-test-utils';
import type { HubConfig } from '../config';
import { complete, stored } from './__testUtils__/demoHub';
import { LITTLE_PATIENCE } from './__testUtils__/littlePatience';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('membership on %p', id => {
  let world: MirrorWorld | undefined;

  const given = async (hub?: Partial<HubConfig>) => {
    const knex = await databases.init(id);
    world = await MirrorWorld.start({ knex, hub, timing: LITTLE_PATIENCE });
    return world;
  };

  afterEach(async () => {
    await world?.stop();
    world = undefined;
  });

  it('asks twice before it believes that everything is gone', async () => {
    const one = await given({ relistMs: 1_000 });
    one.mirror();
    await complete(one);
    const removals: string[] = [];
    one.knex.on('query', ({ sql }: { sql: string }) => {
      if (/^delete from .applications\b/i.test(sql)) {
        removals.push(sql);
      }
    });
    let told = 0;
    const empty = one.proxy.rewrite(/v1\/applications$/, () => {
      told += 1;
      return { metadata: {}, items: null };
    });
    await until(() => told);
    empty();
    const lists = () =>
      one.proxy.requests.filter(path => path.endsWith('v1/applications'))
        .length;
    const from = lists();
    await until(() => lists() >= from + 3, 30_000);
    // Not even for a moment, until another list brings all of them back.
    expect(removals).toEqual([]);
    expect((await one.applications()).length).toBe(3);
  });

  it('believes it when the second list says so too', async () => {
    const one = await given({ relistMs: 1_000 });
    one.mirror();
    await complete(one);
    one.proxy.rewrite(/v1\/applications$/, () => ({ items: null }));
    const startedAt = performance.now();
    await until(async () => !(await one.applications()).length, 20_000);
    expect(performance.now() - startedAt).toBeGreaterThan(
      LITTLE_PATIENCE.secondListMs!,
    );
    expect((await one.store.hubs.get('main'))?.applications).toBe(0);
  });

  it('never removes one application because a list lacks it', async () => {
    const one = await given({ relistMs: 1_000 });
    one.mirror();
    await complete(one);
    one.proxy.rewrite(/v1\/applications$/, body => ({
      items: body.items.filter(
        (item: any) => item.metadata.name !== 'agent-prod',
      ),
    }));
    await until(() =>
      one.proxy.requests.includes('GET /api/v1/applications/agent-prod'),
    );
    await delay(1_500);
    expect((await one.applications()).map(({ name }) => name)).toContain(
      'agent-prod',
    );
  });

  it('takes the word of a single read against a list that lags', async () => {
    const one = await given({ relistMs: 1_000 });
    one.mirror();
    await complete(one);
    one.proxy.rewrite(/v1\/applications$/, body => {
      for (const item of body.items) {
        item.status.health.status = 'Missing';
      }
    });
    await until(() =>
      one.proxy.requests.includes('GET /api/v1/applications/agent-dr'),
    );
    await delay(1_500);
    expect((await stored(one))['agent-dr'].health).toBe('Healthy');
    // The same list does not make it ask again and again.
    const asked = one.proxy.requests.filter(path =>
      path.endsWith('/applications/agent-dr'),
    );
    expect(asked).toHaveLength(1);
  });
});
