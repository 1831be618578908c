import { setTimeout as delay } from 'node:timers/promises';
import { TestDatabases } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { agentOn, NOW } from '../routers/__testUtils__/startRouter';
import { createStore } from '../store/__testUtils__/storeOn';
import {
  answersOn,
  readAnew,
  reader,
  SELECTOR,
} from './__testUtils__/answersOn';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
/** How long another replica may go on with what it knows. */
const SEEN_AFTER_MS = 300;
const SOURCE = { repoUrl: 'https://github.com/example/agent', path: 'chart' };
const COMMIT = { author: 'Ada', message: 'Fix', date: '2026-01-01T00:00:00Z' };

type Started = Awaited<ReturnType<typeof answersOn>>;
type Change = (on: Started) => Promise<unknown> | unknown;

const healthOf =
  (cluster: string, health: 'Healthy' | 'Degraded'): Change =>
  ({ fill }) =>
    fill.applications(agentOn(cluster, { health }));
const syncOf =
  (cluster: string, sync: 'Synced' | 'OutOfSync'): Change =>
  ({ fill }) =>
    fill.applications(agentOn(cluster, { sync }));
const revisionOf =
  (cluster: string, revision: string): Change =>
  ({ fill }) =>
    fill.applications(agentOn(cluster, { sources: [{ ...SOURCE, revision }] }));
const commit =
  (revision: string): Change =>
  async ({ store }) =>
    store.commits.put({
      lease: (await store.leases.acquire('main'))!,
      repoUrl: SOURCE.repoUrl,
      revision,
      commit: COMMIT,
    });
const later =
  (ms: number): Change =>
  ({ clock }) => {
    clock.now += ms;
  };

describe.each(databases.eachSupportedId())('answers on %p', id => {
  const CHANGES: [string, Change][] = [
    ['the health of an application', healthOf('prod', 'Degraded')],
    ['an application that goes', ({ fill }) => fill.remove('agent-dr')],
    [
      'an application that comes',
      ({ fill }) => fill.applications(agentOn('prod', { name: 'other' })),
    ],
    ['the verdict of a cluster', ({ fill }) => fill.breakCluster('prod')],
    ['a cluster that goes', ({ fill }) => fill.clusters('prod', 'staging')],
    ['a hub that is stale', ({ fill }) => fill.hub(3_600_000)],
    ['a hub that grows old while nothing is written', later(91_000)],
    [
      'a heartbeat that grows old while nothing is written',
      async on => {
        on.clock.now += 89_000;
        await on.fill.hub(-89_000);
        on.clock.now += 10_000;
      },
    ],
    [
      'what the entity claims',
      ({ claim }) => claim({ 'argocd/app-name': 'agent-dr' }),
    ],
  ];

  it.each(CHANGES)('tell of %s, here and elsewhere', async (_, change) => {
    const on = await answersOn(databases, id);
    const elsewhere = reader(await createStore(on.knex), on.clock);
    const before = await on.reader.read();
    expect(await elsewhere.read()).toEqual(before);

    await change(on);

    const after = await on.reader.read();
    expect(after).not.toEqual(before);
    expect(after.version).not.toBe(before.version);
    expect(after).toEqual(await readAnew(on.knex, on.clock));
    await delay(SEEN_AFTER_MS);
    expect(await elsewhere.read()).toEqual(after);
  });

  it('tell of a commit once it has come', async () => {
    const on = await answersOn(databases, id);
    await revisionOf('prod', 'abc')(on);
    const before = await on.reader.read();

    await commit('abc')(on);
    on.clock.now += 500;

    const after = await on.reader.read();
    expect(after.version).not.toBe(before.version);
    expect(JSON.stringify(after)).toContain(COMMIT.author);
    expect(after).toEqual(await readAnew(on.knex, on.clock));
  });

  it('tell since when a state holds that was left for a moment', async () => {
    const on = await answersOn(databases, id);
    const elsewhere = reader(await createStore(on.knex), on.clock);
    await elsewhere.read();
    await syncOf('prod', 'OutOfSync')(on);
    await syncOf('prod', 'Synced')(on);
    await delay(SEEN_AFTER_MS);
    expect(await elsewhere.read()).toEqual(await readAnew(on.knex, on.clock));
  });

  it('have the newest contact and heartbeats without a new version', async () => {
    const on = await answersOn(databases, id);
    const before = await on.reader.read();
    await on.fill.hub(500);
    await on.fill.heartbeatAt('prod', NOW - 1_000);
    const after = await on.reader.read();
    expect(after.version).toBe(before.version);
    expect(after).not.toEqual(before);
    expect(after).toEqual(await readAnew(on.knex, on.clock));
  });

  it('ask the database nothing while nothing changes', async () => {
    const on = await answersOn(databases, id);
    await on.reader.read();
    await on.reader.read();
    const asked: string[] = [];
    on.knex.on('query', ({ sql }) => asked.push(sql));
    await Promise.all([on.reader.read(), on.reader.read()]);
    // Whether anything changed is asked now and then.
    expect(asked.filter(sql => !sql.includes('revisions'))).toEqual([]);
  });

  it('look for no commit that is never fetched', async () => {
    const on = await answersOn(databases, id);
    const chart = { repoUrl: 'https://charts.example.com', chart: 'agent' };
    await on.fill.applications(
      agentOn('prod', { sources: [{ ...chart, revision: '1.2.3' }] }),
      agentOn('dr', {
        sources: [
          { ...SOURCE, revision: 'abc' },
          { repoUrl: 'https://github.com/example/values', revision: 'def' },
        ],
      }),
    );
    await commit('abc')(on);
    on.clock.now += 1_000;
    await on.reader.read();
    const looked = jest.spyOn(on.store.commits, 'get');

    on.clock.now += 1_000;
    await on.reader.read();

    expect(looked).not.toHaveBeenCalled();
  });

  it('keep no more bytes than they may', async () => {
    const { store, clock, claim } = await answersOn(databases, id);
    const names = Array.from({ length: 20 }, (_, index) => `agent-${index}`);
    await claim(SELECTOR, names);
    const { answers, read } = reader(store, clock, { maxBytes: 20_000 });
    for (const name of [...names, ...names]) {
      const { entityRef, deployments } = await read(
        `component:default/${name}`,
      );
      expect(entityRef).toBe(`component:default/${name}`);
      expect(deployments).toHaveLength(3);
      expect(answers.bytes).toBeGreaterThan(0);
      expect(answers.bytes).toBeLessThanOrEqual(20_000);
    }
  });

  it('are what one says who has kept nothing, after any changes', async () => {
    const clusters = fc.constantFrom('dr', 'prod', 'staging');
    const revisions = fc.constantFrom('abc', 'def');
    const changes = fc.oneof(
      fc
        .tuple(clusters, fc.constantFrom('Healthy', 'Degraded'))
        .map(([c, h]) => healthOf(c, h as 'Healthy')),
      fc
        .tuple(clusters, fc.constantFrom('Synced', 'OutOfSync'))
        .map(([c, s]) => syncOf(c, s as 'Synced')),
      fc.tuple(clusters, revisions).map(([c, r]) => revisionOf(c, r)),
      revisions.map(commit),
      fc.integer({ min: 0, max: 200_000 }).map(later),
      clusters.map(
        (c): Change =>
          ({ fill }) =>
            fill.remove(`agent-${c}`),
      ),
      clusters.map(
        (c): Change =>
          ({ fill, clock }) =>
            fill.heartbeatAt(c, clock.now),
      ),
      fc.tuple(clusters, fc.integer({ min: 0, max: 90_000 })).map(
        ([c, ago]): Change =>
          ({ fill, clock }) =>
            fill.breakCluster(c, { lastFailureAt: clock.now - ago }),
      ),
      fc.integer({ min: 0, max: 300_000 }).map(
        (ago): Change =>
          ({ fill, clock }) =>
            fill.hub(NOW - clock.now + ago),
      ),
      fc.subarray(['dr', 'prod', 'staging']).map(
        (some): Change =>
          ({ fill }) =>
            fill.clusters(...some),
      ),
      fc
        .constantFrom<Record<string, string>>(
          SELECTOR,
          { 'argocd/app-name': 'agent-dr' },
          { 'argocd/app-selector': 'a b' },
        )
        .map(
          (annotations): Change =>
            ({ claim }) =>
              claim(annotations),
        ),
    );
    const on = await answersOn(databases, id);
    const elsewhere = reader(await createStore(on.knex), on.clock);
    await fc.assert(
      fc.asyncProperty(
        fc.array(changes, { minLength: 1, maxLength: 12 }),
        async sequence => {
          for (const change of sequence) {
            await change(on);
            on.clock.now += 1_000;
            expect(await on.reader.read()).toEqual(
              await readAnew(on.knex, on.clock),
            );
          }
          await delay(SEEN_AFTER_MS);
          expect(await elsewhere.read()).toEqual(
            await readAnew(on.knex, on.clock),
          );
        },
      ),
      { numRuns: 15, interruptAfterTimeLimit: 40_000 },
    );
  });
});
