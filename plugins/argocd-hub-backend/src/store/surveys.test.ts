import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord } from '../testing/records';
import { storeOn } from './__testUtils__/storeOn';
import type { ApplicationSelection } from './ApplicationStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const KEY = 'backstage.io/entity-ref';
const OF_SET: ApplicationSelection = {
  hubs: ['main'],
  namespace: 'argocd',
  match: { kind: 'application-set', name: 'agents' },
};
const BY_LABEL: ApplicationSelection = {
  match: {
    kind: 'labels',
    terms: [
      { key: 'app', operator: 'in', values: ['agent'] },
      { key: 'env', operator: 'notin', values: ['prod'] },
    ],
  },
};

describe.each(databases.eachSupportedId())('surveys on %p', id => {
  const setUp = async () => {
    const world = await storeOn(databases, id);
    const made = (name: string, cluster: string, env = cluster) =>
      applicationRecord(name, {
        applicationSet: 'agents',
        labels: { app: 'agent', env },
        annotations: { [KEY]: 'component:default/agent' },
        destination: { namespace: 'agent', name: cluster },
      });
    await world.apply([
      made('c', 'staging'),
      made('a', 'prod'),
      made('b', 'prod'),
      made('d', 'gone'),
      { ...made('e', 'prod'), namespace: 'other' },
      applicationRecord('f', { annotations: { [KEY]: 'component:default/f' } }),
    ]);
    return world;
  };

  it('tell the first, and go on after one', async () => {
    const { applications } = (await setUp()).store;
    const page = async (limit: number, name?: string) =>
      (
        await applications.first([OF_SET], {
          limit,
          ...(name && { after: { hub: 'main', namespace: 'argocd', name } }),
        })
      ).map(each => each.name);
    expect(await page(2)).toEqual(['a', 'b']);
    expect(await page(2, 'b')).toEqual(['c', 'd']);
    expect(await page(2, 'd')).toEqual([]);
  });

  it.each([
    [['prod'], false, ['a', 'b']],
    [['prod', 'gone'], true, ['a', 'b', 'd']],
    [[], true, ['d']],
    [[], false, []],
  ])(
    'tell the first at %p, or at none: %p',
    async (clusters, outside, names) => {
      const { applications } = (await setUp()).store;
      const found = await applications.first([OF_SET], {
        ...{ limit: 3, at: { clusters, outside } },
      });
      expect(found.map(({ name }) => name)).toEqual(names);
    },
  );

  it('tell the first of several selections, each once', async () => {
    const { applications } = (await setUp()).store;
    const found = await applications.first([BY_LABEL, OF_SET, OF_SET], {
      limit: 10,
    });
    expect(found.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    const byLabel = await applications.first([BY_LABEL], { limit: 10 });
    expect(byLabel.map(({ name }) => name)).toEqual(['c', 'd']);
  });

  it('tell where applications go', async () => {
    const { applications } = (await setUp()).store;
    const places = await applications.places([OF_SET]);
    expect(places).toHaveLength(3);
    expect(places).toEqual(
      expect.arrayContaining([
        { hub: 'main', cluster: { name: 'prod' }, count: 2 },
        { hub: 'main', cluster: { name: 'staging' }, count: 1 },
        {
          hub: 'main',
          cluster: { problem: 'no-such-cluster', given: '' },
          count: 1,
        },
      ]),
    );
  });

  it('tell where what sets of some names have made goes', async () => {
    const { applications } = (await setUp()).store;
    const places = await applications.placesOfSets(['agents', 'none']);
    const ofSet = { hub: 'main', namespace: 'argocd', name: 'agents' };
    expect(places).toHaveLength(4);
    expect(places).toEqual(
      expect.arrayContaining([
        { ...ofSet, cluster: { name: 'prod' }, count: 2 },
        { ...ofSet, cluster: { name: 'staging' }, count: 1 },
        {
          ...ofSet,
          cluster: { problem: 'no-such-cluster', given: '' },
          count: 1,
        },
        { ...ofSet, namespace: 'other', cluster: { name: 'prod' }, count: 1 },
      ]),
    );
    expect(await applications.placesOfSets([])).toEqual([]);
  });

  it('tell every value of a key once', async () => {
    const { applications } = (await setUp()).store;
    expect((await applications.valuesOf(KEY)).sort()).toEqual([
      'component:default/agent',
      'component:default/f',
    ]);
    expect(await applications.valuesOf('none')).toEqual([]);
  });
});
