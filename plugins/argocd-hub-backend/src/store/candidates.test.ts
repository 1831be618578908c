import { TestDatabases } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { selects } from '../mapping/ClaimIndex';
import { applicationRecord } from '../testing/records';
import { HUB, names, storeOn } from './__testUtils__/storeOn';
import type { ApplicationSelection, Candidate } from './ApplicationStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const ENTITY_REF = 'backstage.io/entity-ref';
const NAMES = Array.from({ length: 24 }, (_, index) => `app${index}`);

const application = (name: string, index: number) =>
  applicationRecord(name, {
    namespace: index % 2 ? 'argocd' : 'team',
    project: `project${index % 3}`,
    applicationSet: index % 4 ? `set${index % 5}` : undefined,
    labels: { app: `a${index % 6}`, ...(index % 2 && { tier: 'web' }) },
    annotations: { [ENTITY_REF]: `component:default/c${index % 7}` },
  });

const few = (most: number) => fc.integer({ min: 0, max: most });
const term = fc.oneof(
  fc.record({
    key: fc.constantFrom('app', 'tier'),
    operator: fc.constantFrom('in' as const, 'notin' as const),
    values: fc.array(
      fc.oneof(
        few(6).map(n => `a${n}`),
        fc.constant('web'),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  fc.record({
    key: fc.constantFrom('app', 'tier'),
    operator: fc.constantFrom('exists' as const, 'not-exists' as const),
  }),
);
const match: fc.Arbitrary<ApplicationSelection['match']> = fc.oneof(
  few(26).map(n => ({ kind: 'name' as const, name: `app${n}` })),
  few(6).map(n => ({ kind: 'application-set' as const, name: `set${n}` })),
  few(8).map(n => ({
    kind: 'key' as const,
    key: ENTITY_REF,
    value: `component:default/c${n}`,
  })),
  few(8).map(n => ({ kind: 'key' as const, key: 'app', value: `a${n}` })),
  fc
    .array(term, { maxLength: 3 })
    .map(terms => ({ kind: 'labels' as const, terms })),
);
const selection: fc.Arbitrary<ApplicationSelection> = fc.record(
  {
    match,
    hubs: fc.subarray(['main', 'other'], { minLength: 1 }),
    namespace: fc.constantFrom('argocd', 'team'),
    project: few(4).map(n => `project${n}`),
  },
  { requiredKeys: ['match'] },
);

const read = (found: Candidate[]) => names(found.map(one => one.read()));

describe.each(databases.eachSupportedId())('candidates on %p', id => {
  it('are all that any selection takes, each once', async () => {
    const { store, apply } = await storeOn(databases, id);
    const all = NAMES.map(application);
    await apply(all);
    await fc.assert(
      fc.asyncProperty(
        fc.array(selection, { maxLength: 12 }),
        async selections => {
          const found = read(await store.applications.candidates(selections));
          expect(new Set(found).size).toBe(found.length);
          const wanted = all.filter(one =>
            selections.some(each => selects(each, one)),
          );
          expect(found).toEqual(expect.arrayContaining(names(wanted)));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('have a stamp that tells whether anything of them differs', async () => {
    const { store, apply, lease } = await storeOn(databases, id);
    const stamps = async () => {
      const found = await store.applications.candidates([
        { match: { kind: 'key', key: 'app', value: 'a1' } },
      ]);
      const all = new Map(found.map(one => [one.read().name, one.stamp]));
      expect(all.size).toBe(new Set(all.values()).size);
      return all.get('app1');
    };
    const one = application('app1', 1);
    await apply([one, { ...one, name: 'app7' }]);
    const first = await stamps();
    expect(await stamps()).toBe(first);

    await apply([{ ...one, sync: 'OutOfSync' }]);
    expect(await stamps()).not.toBe(first);
    await new Promise(resolve => setTimeout(resolve, 5));
    await apply([one]);
    // The same but for since when.
    expect(await stamps()).not.toBe(first);

    const back = await stamps();
    await store.clusters.replace({ lease, hub: HUB, clusters: [] });
    expect(await stamps()).not.toBe(back);
  });

  it('are asked for together, and read with their cluster', async () => {
    const { knex, store, apply } = await storeOn(databases, id);
    await apply(NAMES.map(application));
    const asked: string[] = [];
    knex.on('query', ({ sql }) => asked.push(sql));

    const found = await store.applications.candidates(
      NAMES.flatMap((name, index): ApplicationSelection[] => [
        { match: { kind: 'name', name } },
        { match: { kind: 'application-set', name: `set${index}` } },
        { match: { kind: 'key', key: ENTITY_REF, value: `component:${name}` } },
        {
          match: {
            kind: 'labels',
            terms: [{ key: 'app', operator: 'in', values: [name] }],
          },
        },
      ]),
    );

    expect(found).toHaveLength(NAMES.length);
    expect(found[0].read().cluster).toEqual({ name: 'prod' });
    expect(asked).toHaveLength(1);
  });

  it('of a selector with several terms are not all that have one of its labels', async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply(NAMES.map(application));
    const found = await store.applications.candidates([
      {
        match: {
          kind: 'labels',
          terms: [
            { key: 'tier', operator: 'in', values: ['web'] },
            { key: 'app', operator: 'in', values: ['a3'] },
          ],
        },
      },
    ]);
    expect(read(found).sort()).toEqual(['app15', 'app21', 'app3', 'app9']);
  });

  it('of many more selections than one query takes are found too', async () => {
    const { store, apply } = await storeOn(databases, id);
    const many = Array.from({ length: 700 }, (_, index) => `app${index}`);
    await apply(many.map(application));
    const found = await store.applications.candidates(
      many.flatMap((name): ApplicationSelection[] => [
        { match: { kind: 'name', name }, namespace: 'argocd' },
        {
          project: name,
          match: {
            kind: 'labels',
            terms: [{ key: 'app', operator: 'in', values: [name] }],
          },
        },
      ]),
    );
    expect(new Set(read(found)).size).toBe(700);
  });
});
