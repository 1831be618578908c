import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { answersOn, ENTITY, partsOn } from '../estate/__testUtils__/answersOn';
import { VisibleClusters } from '../permissions/VisibleClusters';
import { applicationRecord, applicationSetRecord } from '../testing/records';
import { Explainer } from './Explainer';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const [[SQLITE]] = databases.eachSupportedId();
const MINE = { 'argocd/app-selector': 'team=mine' };

const many = (
  count: number,
  prefix: string,
  overrides: Parameters<typeof applicationRecord>[1],
) =>
  Array.from({ length: count }, (_, index) =>
    applicationRecord(`${prefix}-${index}`, overrides),
  );

async function start() {
  const { store, clock, fill, claim } = await answersOn(databases, SQLITE);
  await claim(MINE);
  const parts = partsOn(store, clock);
  const explainer = new Explainer(parts);
  return {
    ...{ store, fill },
    explain: async () =>
      (await explainer.explain(ENTITY, {
        credentials: mockCredentials.user(),
        estate: await parts.estates.read(),
        visible: VisibleClusters.all,
      }))!,
  };
}

describe('near misses of an entity', () => {
  it.each([
    [10, undefined],
    [11, true],
  ])(
    'are all told where a set made just as many as are read: with %i others',
    async (others, moreNearMisses) => {
      const { store, fill, explain } = await start();
      const lease = (await store.leases.acquire('main'))!;
      await store.applicationSets.replace({
        ...{ lease, hub: 'main', sets: [applicationSetRecord('bulk')] },
      });
      await fill.applications(
        ...many(990, 'mine', {
          ...{ applicationSet: 'bulk', labels: { team: 'mine' } },
        }),
        ...many(others, 'other', { applicationSet: 'bulk' }),
      );
      const told = await explain();
      expect(told.nearMisses).not.toEqual([]);
      expect(told.moreNearMisses).toBe(moreNearMisses);
    },
  );

  it.each([
    [17, undefined],
    [18, true],
  ])(
    'are all told where a question finds just as many as are read: %i and three',
    async (count, moreNearMisses) => {
      const { fill, explain } = await start();
      await fill.applications(
        ...many(count, 'other', { labels: { app: 'agent' } }),
      );
      const told = await explain();
      expect(told.nearMisses).toHaveLength(20);
      expect(told.moreNearMisses).toBe(moreNearMisses);
    },
  );
});
