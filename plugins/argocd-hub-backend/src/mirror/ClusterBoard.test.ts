import { TestDatabases } from '@backstage/backend-test-utils';
import { HUB, storeOn } from '../store/__testUtils__/storeOn';
import { applicationRecord, clusterRecord } from '../testing/records';
import { unguarded } from './__testUtils__/unguarded';
import { ClusterBoard } from './ClusterBoard';
import type { MirrorContext } from './MirrorContext';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('ClusterBoard on %p', id => {
  const start = async () => {
    const { store, lease, apply } = await storeOn(databases, id);
    await apply([applicationRecord('a')]);
    const now = Date.now();
    const board = new ClusterBoard({
      context: {
        hub: { name: HUB },
        store,
        lease,
        changed: () => {},
        ...unguarded,
      } as unknown as MirrorContext,
      hubFacts: () => ({
        startedAt: now - 1_000,
        lastListAt: now,
        listIntervalMs: 60_000,
      }),
    });
    await board.refresh();
    const facts = async () => (await store.clusters.get(HUB, 'prod'))!.facts;
    return { store, lease, board, facts };
  };

  it('stores the last of what was told, also where an earlier write takes longer', async () => {
    const { store, board, facts } = await start();
    const updateFacts = store.clusters.updateFacts.bind(store.clusters);
    let letGo = () => {};
    const slow = new Promise<void>(resolve => {
      letGo = resolve;
    });
    jest
      .spyOn(store.clusters, 'updateFacts')
      .mockImplementationOnce(async options => {
        await slow;
        await updateFacts(options);
      });
    board.update('prod', { heartbeat: { failures: 1 } });
    const first = board.judge();
    await new Promise(resolve => setTimeout(resolve, 20));
    const goodAt = Date.now();
    board.update('prod', { heartbeat: { failures: 0, goodAt } });
    const second = board.judge();
    await new Promise(resolve => setTimeout(resolve, 20));
    letGo();
    await Promise.all([first, second]);

    expect((await facts()).heartbeat).toEqual({ failures: 0, goodAt });
    expect((await facts()).verdict?.reachability).toBe('reachable');
  });

  it('writes nothing of a cluster to another one that took its name', async () => {
    const { store, lease, board, facts } = await start();
    board.update('prod', { heartbeat: { failures: 2, firstFailureAt: 1 } });
    await store.clusters.replace({
      lease,
      hub: HUB,
      clusters: [clusterRecord('prod', { server: 'https://other.example' })],
    });
    await board.refresh();
    await board.judge();

    expect((await facts()).heartbeat).toEqual({ failures: 0 });
  });
});
