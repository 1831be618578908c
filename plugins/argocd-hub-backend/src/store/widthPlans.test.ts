import { TestDatabases } from '@backstage/backend-test-utils';
import { fill, HUBS } from './__testUtils__/plannedStore';
import { fullScansOf } from './__testUtils__/queryPlans';
import type { ApplicationSelection, LabelTerm } from './ApplicationStore';

jest.setTimeout(180_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const labelled = (...terms: LabelTerm[]): ApplicationSelection => ({
  match: { kind: 'labels', terms },
});
const byName: ApplicationSelection = { match: { kind: 'name', name: 'app3' } };
const bySet: ApplicationSelection = {
  match: { kind: 'application-set', name: 'set3' },
};
const byKey: ApplicationSelection = {
  match: {
    kind: 'key',
    key: 'backstage.io/entity-ref',
    value: 'component:default/c7',
  },
};
const byLabels = labelled(
  { key: 'app', operator: 'in', values: ['app1', 'app2'] },
  { key: 'tier', operator: 'notin', values: ['tier2'] },
);
const hasTier: LabelTerm = { key: 'tier', operator: 'exists' };
const hubs = HUBS.slice(0, 2);
const namespace = 'argocd';

/** More of them have what is looked for first than are too many. */
const NARROWED: [string, ApplicationSelection[]][] = [
  ['a name', [{ ...byName, namespace }, byName]],
  ['a set', [{ ...bySet, namespace }]],
  ['a key', [{ ...byKey, namespace }]],
  ['labels', [byLabels]],
  ['labels, in a namespace', [{ ...byLabels, namespace }]],
  ['labels, on some hubs', [{ ...byLabels, hubs }]],
  ['labels, in a project', [{ ...byLabels, project: 'p3' }]],
  ['a project, in a namespace', [{ ...labelled(), project: 'p3', namespace }]],
  ['a project, on some hubs', [{ ...labelled(), project: 'p3', hubs }]],
  ['a label of any value', [{ ...labelled(hasTier), hubs }]],
  [
    'a label of any value, without others',
    [labelled(hasTier, { key: 'app', operator: 'notin', values: ['app1'] })],
  ],
  ['hubs alone', [{ ...labelled(), hubs }]],
  ['the lack of a label', [labelled({ key: 'app', operator: 'not-exists' })]],
];

describe.each(databases.eachSupportedId())('how many are wanted on %p', id => {
  it('is never told by reading all of a large table', async () => {
    const { knex, store } = await fill(await databases.init(id));
    const scans: Record<string, string[]> = {};
    for (const [what, selections] of NARROWED) {
      const found = await fullScansOf(knex, async () => {
        await store.applications.wider(7, [selections]);
        await store.applications.wider(7, [selections, [byName]]);
        await store.applications.isGoneWider(7, selections);
      });
      if (found.length) {
        scans[what] = found;
      }
    }
    expect(scans).toEqual({});
  });
});
