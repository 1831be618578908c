import { TestDatabases } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { selects } from '../mapping/ClaimIndex';
import { applicationRecord } from '../testing/records';
import { storeOn } from './__testUtils__/storeOn';
import type { ApplicationSelection } from './ApplicationStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const APPLICATIONS = Array.from({ length: 24 }, (_, index) =>
  applicationRecord(`app${index}`, {
    project: `project${index % 3}`,
    applicationSet: `set${index % 5}`,
    labels: { app: `a${index % 2}` },
    annotations: { app: `a${index % 6}` },
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
      fc.subarray(['a0', 'a1', 'a2']).map(values => ({
        kind: 'labels' as const,
        terms: [{ key: 'app', operator: 'in' as const, values }],
      })),
      fc.constant<ApplicationSelection['match']>({ kind: 'labels', terms: [] }),
    ),
    project: fc.nat(3).map(n => `project${n}`),
  },
  { requiredKeys: ['match'] },
);

describe.each(databases.eachSupportedId())('widths on %p', id => {
  it('tell who wants more than so many, each application once', async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply(APPLICATIONS);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(selection, { maxLength: 4 }), { maxLength: 6 }),
        fc.nat(25),
        async (groups, most) => {
          const wide = groups.flatMap((selections, position) => {
            const wanted = APPLICATIONS.filter(one =>
              selections.some(each => selects(each, one)),
            );
            return wanted.length > most ? [position] : [];
          });
          const found = await store.applications.wider(most, groups);
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
