import { TestDatabases } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { selects } from '../mapping/ClaimIndex';
import { applicationRecord } from '../testing/records';
import { storeOn } from './__testUtils__/storeOn';
import type { ApplicationSelection, LabelTerm } from './ApplicationStore';
import { widerThan } from './database/applicationWidths';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const APPLICATIONS = Array.from({ length: 24 }, (_, index) =>
  applicationRecord(`app${index}`, {
    project: `project${index % 3}`,
    applicationSet: `set${index % 5}`,
    labels: {
      app: `a${index % 2}`,
      [index % 4 ? 'other' : 'tier']: `t${index % 3}`,
    },
    annotations: { app: `a${index % 6}` },
  }),
);

const values = fc.subarray(['a0', 'a1', 'a2', 't0', 't1']);
const key = fc.constantFrom('app', 'tier', 'none');
const term: fc.Arbitrary<LabelTerm> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('in' as const, 'notin' as const),
    values,
  }),
  fc.record({
    key,
    operator: fc.constantFrom('exists' as const, 'not-exists' as const),
  }),
);

const selection: fc.Arbitrary<ApplicationSelection> = fc.record(
  {
    match: fc.oneof(
      fc.nat(25).map(n => ({ kind: 'name' as const, name: `app${n}` })),
      fc
        .nat(5)
        .map(n => ({ kind: 'application-set' as const, name: `set${n}` })),
      fc
        .nat(6)
        .map(n => ({ kind: 'key' as const, key: 'app', value: `a${n}` })),
      fc
        .array(term, { maxLength: 3 })
        .map(terms => ({ kind: 'labels' as const, terms })),
    ),
    hubs: fc.subarray(['main', 'edge']),
    namespace: fc.constantFrom('argocd', 'other'),
    project: fc.nat(3).map(n => `project${n}`),
  },
  { requiredKeys: ['match'] },
);

describe.each(databases.eachSupportedId())('widths on %p', id => {
  it('tell who wants more than so many, each application once', async () => {
    const { knex, apply } = await storeOn(databases, id);
    await apply(APPLICATIONS);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(selection, { maxLength: 3 }), { maxLength: 4 }),
        fc.nat(25),
        fc.integer({ min: 3, max: 9 }),
        async (groups, most, page) => {
          const wide = groups.flatMap((selections, position) => {
            const wanted = APPLICATIONS.filter(one =>
              selections.some(each => selects(each, one)),
            );
            return wanted.length > most ? [position] : [];
          });
          const found = await widerThan(knex, { most, groups, page });
          expect([...found].sort((a, b) => a - b)).toEqual(wide);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are told of more groups than one query counts', async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply(APPLICATIONS);
    const groups = Array.from({ length: 120 }, (_, n): ApplicationSelection[] =>
      n % 2
        ? [{ match: { kind: 'name', name: `app${n % 24}` } }]
        : [{ project: 'project1', match: { kind: 'labels', terms: [] } }],
    );
    const found = await store.applications.wider(7, groups);
    expect(found.size).toBe(60);
    expect(found.has(0)).toBe(true);
    expect(await store.applications.wider(8, groups)).toEqual(new Set());
  });

  it('leave others their turn after each statement', async () => {
    const { knex, apply } = await storeOn(databases, id);
    await apply(APPLICATIONS);
    let turn = 0;
    let ticking = setImmediate(function tick() {
      turn += 1;
      ticking = setImmediate(tick);
    });
    const turns: number[] = [];
    const note = () => turns.push(turn);
    knex.on('query', note);
    const among = (...terms: LabelTerm[]): ApplicationSelection => ({
      hubs: ['main'],
      match: { kind: 'labels', terms },
    });
    const wide = await widerThan(knex, {
      most: 5,
      groups: [
        [among({ key: 'app', operator: 'in', values: ['a0', 'a1'] })],
        [among({ key: 'app', operator: 'exists' })],
        [among({ key: 'tier', operator: 'not-exists' })],
        [{ match: { kind: 'name', name: 'app1' } }],
      ],
      page: 3,
    });
    clearImmediate(ticking);
    knex.removeListener('query', note);
    expect([...wide]).toEqual([0, 1, 2]);
    expect(turns.length).toBeGreaterThan(10);
    expect(new Set(turns).size).toBe(turns.length);
  });

  it('are told of applications that are gone', async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply(APPLICATIONS);
    await apply(
      [],
      APPLICATIONS.slice(0, 9).map(({ name }) => name),
    );
    const one: ApplicationSelection = {
      project: 'project0',
      match: { kind: 'labels', terms: [] },
    };
    expect(await store.applications.isGoneWider(2, [one])).toBe(true);
    expect(await store.applications.isGoneWider(3, [one])).toBe(false);
    expect(await store.applications.isGoneWider(0, [])).toBe(false);
  });
});
