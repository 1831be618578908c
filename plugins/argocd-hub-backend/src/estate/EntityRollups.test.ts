import { gunzipSync } from 'node:zlib';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import type { Rollup } from 'backstage-plugin-argocd-hub-common';
import fc from 'fast-check';
import { agentOn, component } from '../routers/__testUtils__/startRouter';
import type { DatabaseStore } from '../store/DatabaseStore';
import {
  answersOn,
  type Clock,
  partsOn,
  SELECTOR,
} from './__testUtils__/answersOn';
import { EntityAnswers } from './EntityAnswers';
import { EntityRollups } from './EntityRollups';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const credentials = mockCredentials.user();
const refOf = (name: string) => `component:default/${name}`;

/** Both ways to ask, with nothing kept. */
function bothWays(
  store: DatabaseStore,
  clock: Clock,
  options: { maxBytes?: number } = {},
) {
  const parts = partsOn(store, clock, {
    entities: [component('unmapped'), component('read', SELECTOR)],
  });
  const answers = new EntityAnswers(parts);
  const rollups = new EntityRollups({ ...parts, answers, ...options });
  const one = async (entityRef: string): Promise<Rollup> => {
    const answer = await answers.first(entityRef, credentials);
    return JSON.parse(gunzipSync(answer!.gzip).toString()).rollup;
  };
  const many = async (entityRefs: string[]) =>
    rollups.of(entityRefs, credentials);
  return { rollups, one, many };
}

describe.each(databases.eachSupportedId())('roll-ups on %p', id => {
  it('are those of each entity alone, whatever they claim', async () => {
    const { store, clock, fill, claimEach } = await answersOn(databases, id);
    await fill.applications(
      agentOn('prod', { name: 'b', labels: {}, project: 'shop' }),
      agentOn('dr', { name: 'c', labels: {}, health: 'Degraded' }),
      agentOn('staging', {
        name: 'd',
        labels: { 'backstage.io/kubernetes-id': 'd' },
        annotations: { 'backstage.io/entity-ref': 'component:d' },
        images: ['x:2'],
      }),
    );
    await fill.breakCluster('dr');
    const all: [string, Record<string, string>][] = [
      ['selector', SELECTOR],
      ['several', { 'argocd/app-selector': 'app=agent,x!=y' }],
      ['set', { 'argocd-hub/applicationset': 'agent-multi-cluster' }],
      ['name', { 'argocd/app-name': 'agent-dr' }],
      ['project', { 'argocd/project-name': 'shop' }],
      ['id', { 'backstage.io/kubernetes-id': 'd' }],
      ['d', { 'argocd/app-name': 'c' }],
      ['hub', { ...SELECTOR, 'argocd/instance-name': 'other' }],
      ['refused', { 'argocd/app-selector': 'app!=x' }],
    ];
    await claimEach(all);
    const refs = [...all.map(([name]) => name), 'unmapped', 'read'].map(refOf);
    const alone = bothWays(store, clock);
    const expected = new Map<string, Rollup>();
    for (const ref of refs) {
      expected.set(ref, await alone.one(ref));
    }
    expect(expected.get(refOf('several'))!.unreachableClusters).toBe(1);

    expect(await bothWays(store, clock).many(refs)).toEqual(expected);
    // Also where each was asked for before.
    expect(await alone.many(refs)).toEqual(expected);
  });

  it('tell of the hubs in scope, also where nothing else differs', async () => {
    const { store, clock, fill, claim } = await answersOn(databases, id);
    await fill.hub(3_600_000);
    const { many } = bothWays(store, clock);
    const freshness = async (annotations: Record<string, string>) => {
      await claim({ 'argocd/app-name': 'none', ...annotations });
      return (await many([refOf('agent')])).get(refOf('agent'))?.freshness;
    };

    expect(await freshness({})).toBe('stale');
    expect(await freshness({ 'argocd/instance-name': 'other' })).toBe('live');
    expect(await freshness({ 'argocd/instance-name': 'main' })).toBe('stale');
  });

  it('say nothing of who is not in the catalog', async () => {
    const { store, clock } = await answersOn(databases, id);
    const { many } = bothWays(store, clock);
    expect(await many([refOf('missing')])).toEqual(new Map());
    expect(await many([])).toEqual(new Map());
  });

  it('take questions that do not grow with the number of entities', async () => {
    const { knex, store, clock, claim } = await answersOn(databases, id);
    const names = Array.from({ length: 80 }, (_, index) => `agent-${index}`);
    await claim(SELECTOR, names);
    const count = async (some: string[]) => {
      const { many } = bothWays(store, clock);
      const asked: string[] = [];
      const note = ({ sql }: { sql: string }) => asked.push(sql);
      knex.on('query', note);
      expect((await many(some.map(refOf))).size).toBe(some.length);
      knex.removeListener('query', note);
      // Whether anything changed is asked now and then.
      return asked.filter(sql => !sql.includes('revisions')).length;
    };
    // Of one alone it is asked in another way how many applications it has.
    const ofTwo = await count(['agent-1', 'agent-2']);
    expect(await count(names)).toBeLessThanOrEqual(ofTwo);
  });

  it('ask the database nothing while nothing changes', async () => {
    const { knex, store, clock, claim } = await answersOn(databases, id);
    await claim(SELECTOR, ['agent', 'other']);
    const { one, many } = bothWays(store, clock);
    const refs = [refOf('agent'), refOf('other')];
    await one(refs[0]);
    await many(refs);
    const asked: string[] = [];
    knex.on('query', ({ sql }) => asked.push(sql));
    await many(refs);
    clock.now += 1_000;
    await many(refs);
    // Whether anything changed is asked now and then.
    expect(asked.filter(sql => !sql.includes('revisions'))).toEqual([]);
  });

  it('read in full only the applications of entities of which one differs', async () => {
    const { store, clock, fill, claimEach } = await answersOn(databases, id);
    const names = ['dr', 'prod', 'staging'];
    await claimEach(
      names.map(name => [name, { 'argocd/app-name': `agent-${name}` }]),
    );
    const { many } = bothWays(store, clock);
    await many(names.map(refOf));
    const candidates = store.applications.candidates.bind(store.applications);
    const read: string[] = [];
    store.applications.candidates = async selections =>
      (await candidates(selections)).map(one => ({
        ...one,
        read: () => {
          const application = one.read();
          read.push(application.name);
          return application;
        },
      }));
    await fill.applications(agentOn('prod', { health: 'Degraded' }));

    const found = await many(names.map(refOf));

    expect(found.get(refOf('prod'))?.health).toBe('Degraded');
    expect(new Set(read)).toEqual(new Set(['agent-prod']));
  });

  it('let others have their turn while much is asked of what was written', async () => {
    const { store, clock, fill, claim } = await answersOn(databases, id);
    const names = Array.from({ length: 40 }, (_, index) => `agent-${index}`);
    await claim(SELECTOR, names);
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    const now = agentOn('prod', { name: 'other', labels: {} });
    await fill.applications(now);
    const rollups = new EntityRollups({
      ...partsOn(store, clock),
      answers: { rollup: () => undefined },
      changes: {
        between: async () => {
          count();
          return Array.from({ length: 3_000 }, () => ({ id: 'other', now }));
        },
      },
    });
    await rollups.of(names.map(refOf), credentials);
    await fill.applications({ ...now, images: ['x:2'] });

    const found = await rollups.of(names.map(refOf), credentials);
    isOver = true;

    expect(found.size).toBe(40);
    expect(turns).toBeGreaterThanOrEqual(5);
  });

  it('keep nothing for others of what the catalog alone knows', async () => {
    const { store, clock } = await answersOn(databases, id);
    const { rollups, many } = bothWays(store, clock);
    expect((await many([refOf('read')])).size).toBe(1);
    expect(rollups.bytes).toBe(0);
  });

  it('keep no more bytes than they may', async () => {
    const { store, clock, claim } = await answersOn(databases, id);
    const names = Array.from({ length: 40 }, (_, index) => `agent-${index}`);
    await claim(SELECTOR, names);
    const { rollups, many } = bothWays(store, clock, { maxBytes: 10_000 });
    expect((await many(names.map(refOf))).size).toBe(40);
    expect(rollups.bytes).toBeGreaterThan(0);
    expect(rollups.bytes).toBeLessThanOrEqual(10_000);
  });

  it('are what one says who has kept nothing, after any changes', async () => {
    const on = await answersOn(databases, id);
    const { store, clock, fill } = on;
    const refs = ['agent', 'other'].map(refOf);
    const claim = async (annotations: Record<string, string>) =>
      on.claimEach([
        ['agent', annotations],
        ['other', { 'argocd/app-name': 'agent-prod' }],
      ]);
    await claim(SELECTOR);
    const kept = bothWays(store, clock);
    const clusters = fc.constantFrom('dr', 'prod', 'staging');
    const changes = fc.oneof(
      fc
        .tuple(
          clusters,
          fc.constantFrom('Healthy' as const, 'Degraded' as const),
        )
        .map(
          ([c, health]) =>
            () =>
              fill.applications(agentOn(c, { health })),
        ),
      fc.tuple(clusters, fc.constantFrom('x:1', 'x:2')).map(
        ([c, image]) =>
          () =>
            fill.applications(agentOn(c, { images: [image] })),
      ),
      clusters.map(c => () => fill.remove(`agent-${c}`)),
      clusters.map(c => () => fill.breakCluster(c)),
      clusters.map(c => () => fill.heartbeatAt(c, clock.now)),
      fc.integer({ min: 0, max: 200_000 }).map(ms => async () => {
        clock.now += ms;
      }),
      fc
        .constantFrom<Record<string, string>>(SELECTOR, {
          'argocd/app-name': 'agent-dr',
        })
        .map(annotations => () => claim(annotations)),
      fc.constantFrom(...refs).map(ref => () => kept.one(ref)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(changes, { minLength: 1, maxLength: 10 }),
        async sequence => {
          for (const change of sequence) {
            await change();
            const { one } = bothWays(store, clock);
            const expected = new Map<string, Rollup>();
            for (const ref of refs) {
              expected.set(ref, await one(ref));
            }
            expect(await kept.many(refs)).toEqual(expected);
          }
        },
      ),
      { numRuns: 15, interruptAfterTimeLimit: 40_000 },
    );
  });
});
