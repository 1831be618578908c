import { TestDatabases } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { applicationRecord, clusterRecord } from '../testing/records';
import { createStore, HUB, storeOn } from './__testUtils__/storeOn';
import { changedSince } from './database/applicationRevisions';
import { isSqlite } from './database/isSqlite';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const NAMES = ['a', 'b', 'c', 'd'];

type Started = Awaited<ReturnType<typeof storeOn>>;

const application = (name: string, health: 'Healthy' | 'Degraded') =>
  applicationRecord(name, { health, destination: { namespace: 'x', name } });

/** What another one, who knows nothing, reads. */
async function revisionOf({ knex }: Started): Promise<string> {
  const { revisions } = await createStore(knex);
  return (await revisions.current()).applications;
}

async function everything({ knex }: Started): Promise<Map<string, string>> {
  const rows = await knex('applications').select(
    'key',
    'body',
    'cluster',
    'destination_problem',
  );
  return new Map(rows.map(row => [row.key, JSON.stringify(row)]));
}

function differing<T>(before: Map<string, T>, after: Map<string, T>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter(key => before.get(key) !== after.get(key));
}

/** The same database, where something happens before the second question. */
function interrupted(knex: Knex, happens: () => Promise<unknown>): Knex {
  let asked = 0;
  return ((table: string) => {
    asked += 1;
    const query = knex(table);
    if (asked === 2) {
      const run = query.then.bind(query);
      query.then = (done, failed) => happens().then(() => run(done, failed));
    }
    return query;
  }) as Knex;
}

/** How the database finds what was written: told it were large, where it looks at that. */
async function plansOf({ knex }: Started, before: string, now: string) {
  const asked: { sql: string; bindings: any[] }[] = [];
  const note = (query: (typeof asked)[number]) => asked.push(query);
  knex.on('query', note);
  await changedSince(knex, { before, now, most: 100 });
  knex.removeListener('query', note);
  if (isSqlite(knex)) {
    return Promise.all(
      asked.map(async ({ sql, bindings }) =>
        JSON.stringify(await knex.raw(`explain query plan ${sql}`, bindings)),
      ),
    );
  }
  return knex.transaction(async transaction => {
    await transaction.raw('set local enable_seqscan = off');
    const plans: string[] = [];
    for (const { sql, bindings } of asked) {
      const statement = knex.raw(sql.replace(/\$\d+/g, '?'), bindings);
      const { rows } = await transaction.raw(`explain ${statement.toQuery()}`);
      plans.push(JSON.stringify(rows));
    }
    return plans;
  });
}

describe.each(databases.eachSupportedId())(
  'what was written of applications, on %p,',
  id => {
    const setUp = async () => {
      const on = await storeOn(databases, id);
      await on.apply(NAMES.map(name => application(name, 'Healthy')));
      const since = async (before: string, most = 100) =>
        on.store.applications.changedSince(before, {
          now: await revisionOf(on),
          most,
        });
      const keysSince = async (before: string) =>
        (await since(before))?.map(({ key, now }) => [key, Boolean(now)]);
      return { ...on, since, keysSince };
    };
    const stateOf = (name: string) => [`argocd/${name}`, true];
    const removed = (name: string) => [`argocd/${name}`, false];

    it('is told since a revision, and nothing else', async () => {
      const on = await setUp();
      const first = await revisionOf(on);
      expect(await on.keysSince(first)).toEqual([]);

      await on.apply([application('b', 'Degraded')]);
      const second = await revisionOf(on);
      await on.apply([application('c', 'Degraded')], ['a']);

      expect(await on.keysSince(first)).toEqual(
        expect.arrayContaining([removed('a'), stateOf('b'), stateOf('c')]),
      );
      expect(await on.keysSince(first)).toHaveLength(3);
      expect(await on.keysSince(second)).toEqual([stateOf('c'), removed('a')]);
      const [change] = (await on.since(first))!.filter(
        ({ key }) => key === 'argocd/b',
      );
      expect(change).toEqual({
        ...{ hub: HUB, key: 'argocd/b' },
        now: {
          ...{ hub: HUB, namespace: 'argocd', name: 'b', project: 'default' },
          ...{ labels: {}, annotations: {} },
        },
      });
    });

    it.each<[string, (on: Started) => Promise<unknown>, string[]]>([
      [
        'a cluster that goes',
        ({ store, lease }) =>
          store.clusters.replace({
            lease,
            hub: HUB,
            clusters: [clusterRecord('staging')],
          }),
        ['argocd/e'],
      ],
      [
        'a hub that is forgotten',
        async ({ store, lease }) => {
          await store.leases.release(lease);
          await store.hubs.forgetOthers([], { keptMs: 0 });
        },
        [...NAMES, 'e'].map(name => `argocd/${name}`),
      ],
    ])('tells of %s too', async (_, write, expected) => {
      const on = await setUp();
      await on.apply([
        applicationRecord('e', {
          destination: { namespace: 'x', name: 'prod' },
        }),
      ]);
      const before = await revisionOf(on);
      await write(on);
      const found = (await on.since(before))!.map(({ key }) => key);
      expect(found.sort()).toEqual(expected);
    });

    it('is not told where it is too much, or cannot be known', async () => {
      const on = await setUp();
      const before = await revisionOf(on);
      await on.apply([application('a', 'Degraded')], ['b']);
      expect(await on.since(before, 2)).toHaveLength(2);
      expect(await on.since(before, 1)).toBeUndefined();
      const [period, row] = (await revisionOf(on)).split('\n');
      const later = `${period}\n${HUB} ${Number(row.split(' ')[1]) + 1}`;
      for (const unknown of ['', `9\n${row}`, period, later]) {
        expect(await on.since(unknown)).toBeUndefined();
      }
    });

    it.each<[string, boolean]>([
      ['goes', true],
      ['comes back', false],
    ])('is told of what %s while it is read', async (_, isThere) => {
      const on = await setUp();
      const before = await revisionOf(on);
      const come = async () => on.apply([application('a', 'Degraded')]);
      const go = async () => on.apply([], ['a']);
      await (isThere ? come() : go());
      const now = await revisionOf(on);

      const found = await changedSince(
        interrupted(on.knex, isThere ? go : come),
        { before, now, most: 100 },
      );

      expect(found).toContainEqual(
        expect.objectContaining({ hub: HUB, key: 'argocd/a' }),
      );
    });

    it('is not told where the last to write set no revision', async () => {
      const on = await setUp();
      const before = await revisionOf(on);
      await on.apply([application('a', 'Degraded')]);
      expect(await on.since(before)).toHaveLength(1);
      // As a replica of a version does that has none.
      await on.knex('applications').where({ name: 'b' }).update({ body: '{}' });
      await on
        .knex('revisions')
        .where({ resource: HUB, part: 'applications' })
        .increment('revision', 1);
      expect(await on.since(before)).toBeUndefined();
    });

    it('is found by the index for it', async () => {
      const on = await setUp();
      const before = await revisionOf(on);
      await on.apply([application('a', 'Degraded')], ['b']);
      const plans = await plansOf(on, before, await revisionOf(on));
      expect(plans).toEqual([
        expect.stringMatching(/ applications_revision_idx .*revision ?>/),
        expect.stringMatching(/ gone_applications_revision_idx .*revision ?>/),
      ]);
    });

    it('is all that differed at any time, and nothing else, whatever happened', async () => {
      const on = await setUp();
      const changes = fc.oneof(
        fc
          .tuple(
            fc.constantFrom(...NAMES),
            fc.constantFrom('Healthy' as const, 'Degraded' as const),
          )
          .map(args => () => on.apply([application(...args)])),
        fc.constantFrom(...NAMES).map(name => () => on.apply([], [name])),
        fc.subarray(NAMES).map(
          names => () =>
            on.store.clusters.replace({
              lease: on.lease,
              hub: HUB,
              clusters: names.map(name => clusterRecord(name)),
            }),
        ),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(changes, { minLength: 1, maxLength: 6 }),
          async sequence => {
            const revision = await revisionOf(on);
            const expected = new Set<string>();
            for (const change of sequence) {
              const before = await everything(on);
              await change();
              const after = await everything(on);
              differing(before, after).forEach(key => expected.add(key));
            }
            const told = (await on.since(revision))!.map(({ key }) => key);
            expect(new Set(told)).toEqual(expected);
          },
        ),
        { numRuns: 40, interruptAfterTimeLimit: 30_000 },
      );
    });
  },
);
