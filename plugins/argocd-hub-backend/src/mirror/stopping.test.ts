import { setTimeout as delay } from 'node:timers/promises';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { ArgoHubClient } from '../hub/ArgoHubClient';
import { createStore } from '../store/__testUtils__/storeOn';
import type { DatabaseStore } from '../store/DatabaseStore';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';
import { unguarded } from './__testUtils__/unguarded';
import { noMetrics } from './MirrorMetrics';
import { MirrorSession } from './MirrorSession';
import { TIMING } from './timing';
import { WorkTally } from './WorkTally';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** Everything that a mirror writes with. */
const WRITES = [
  ['applications', 'apply'],
  ['clusters', 'replace'],
  ['clusters', 'updateFacts'],
  ['hubs', 'update'],
  ['applicationSets', 'replace'],
  ['projects', 'replace'],
  ['commits', 'put'],
] as const;

/** Makes one kind of write slow, and knows which are under way, and how many ever began. */
function watchWrites(store: DatabaseStore, slow: string) {
  const running: string[] = [];
  const began: string[] = [];
  for (const [part, method] of WRITES) {
    const target = store[part] as Record<string, any>;
    const write = target[method].bind(target);
    jest.spyOn(target, method).mockImplementation(async (...given) => {
      const name = `${part}.${method}`;
      began.push(name);
      running.push(name);
      await delay(name === slow ? 800 : 0);
      try {
        return await write(...given);
      } finally {
        running.splice(running.indexOf(name), 1);
      }
    });
  }
  return { running, began };
}

describe.each(databases.eachSupportedId())('a mirror on %p', id => {
  let world: MirrorWorld;

  beforeEach(async () => {
    world = await MirrorWorld.start({
      knex: await databases.init(id),
      hub: { heartbeat: { intervalMs: 2_000, maxPerSecond: 10 } },
    });
  });

  afterEach(() => world.stop());

  it.each(WRITES.map(names => names.join('.')))(
    'that stops during %s has written everything, and frees its lease',
    async write => {
      const store = await createStore(world.knex);
      const writes = watchWrites(store, write);
      world.mirror(store);
      await until(() => writes.running.includes(write), 30_000);
      await world.stopMirrors();
      expect(writes.running).toEqual([]);
      const begun = writes.began.length;
      await delay(500);
      expect(writes.began).toHaveLength(begun);
      const lease = await world.knex('leases').first();
      expect(Number(lease.expires_at)).toBe(0);
    },
  );

  it('ends with all its parts where one of them fails', async () => {
    const store = await createStore(world.knex);
    const writes = watchWrites(store, 'clusters.replace');
    // What was stored is read once the clusters are being written.
    jest.spyOn(store.applications, 'list').mockImplementation(async () => {
      await until(() => writes.running.includes('clusters.replace'));
      throw new Error('the store fell over');
    });
    const client = ArgoHubClient.create({ hub: world.hub, annotations: [] });
    const session = new MirrorSession({
      hub: world.hub,
      client,
      store,
      lease: (await store.leases.acquire('main'))!,
      logger: mockServices.logger.mock(),
      metrics: noMetrics,
      work: new WorkTally(),
      timing: TIMING,
      annotations: [],
      signal: new AbortController().signal,
      changed: () => {},
      ...unguarded,
    });
    await expect(session.run()).rejects.toThrow('the store fell over');
    expect(writes.running).toEqual([]);
    const begun = writes.began.length;
    await delay(4_000);
    expect(writes.began).toHaveLength(begun);
    await client.close();
  });
});
