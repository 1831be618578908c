import { TestDatabases } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { applicationRecord, clusterRecord } from '../testing/records';
import { createStore, HUB, storeOn } from './__testUtils__/storeOn';

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
      expect(await on.keysSince(second)).toEqual([removed('a'), stateOf('c')]);
      const [change] = (await on.since(first))!.filter(
        ({ key }) => key === 'argocd/b',
      );
      expect(change).toMatchObject({
        hub: HUB,
        now: { hub: HUB, namespace: 'argocd', name: 'b', project: 'default' },
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

    it('holds all that differs, whatever happened', async () => {
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
            const before = await everything(on);
            for (const change of sequence) {
              await change();
            }
            const after = await everything(on);
            const told = new Set(
              (await on.since(revision))!.map(({ key }) => key),
            );
            const differing = [
              ...new Set([...before.keys(), ...after.keys()]),
            ].filter(key => before.get(key) !== after.get(key));
            expect([...told]).toEqual(expect.arrayContaining(differing));
          },
        ),
        { numRuns: 40, interruptAfterTimeLimit: 30_000 },
      );
    });
  },
);
