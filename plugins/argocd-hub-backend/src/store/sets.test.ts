import { TestDatabases } from '@backstage/backend-test-utils';
import { HUB, names, storeOn } from './__testUtils__/storeOn';
import type { ApplicationSetRecord } from './ApplicationSetStore';
import type { ProjectRecord } from './ProjectStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const set = (
  name: string,
  overrides: Partial<ApplicationSetRecord> = {},
): ApplicationSetRecord => ({
  hub: HUB,
  namespace: 'argocd',
  name,
  project: 'default',
  labels: {},
  conditions: [],
  applicationsSync: 'sync',
  preserveResourcesOnDeletion: false,
  strategy: 'AllAtOnce',
  clusterSelectors: [{}],
  ...overrides,
});

const project = (
  name: string,
  overrides: Partial<ProjectRecord> = {},
): ProjectRecord => ({
  hub: HUB,
  name,
  destinations: [],
  sourceNamespaces: [],
  permitOnlyProjectScopedClusters: false,
  ...overrides,
});

describe.each(databases.eachSupportedId())('sets and projects on %p', id => {
  it('are what was listed last, and only what differs is told', async () => {
    const { store, lease } = await storeOn(databases, id);
    const replace = async (...sets: ApplicationSetRecord[]) =>
      names(
        await store.applicationSets.replace({ lease, hub: HUB, sets }),
      ).sort();
    expect(await replace(set('a'), set('b'), set('c'))).toEqual([
      'a',
      'b',
      'c',
    ]);
    const changed = set('b', {
      health: 'Degraded',
      labels: { y: '1', x: '2' },
    });
    expect(await replace(set('a'), changed)).toEqual(['b', 'c']);
    expect(
      await replace(set('a'), { ...changed, labels: { x: '2', y: '1' } }),
    ).toEqual([]);
    expect(await store.applicationSets.list({ hub: HUB })).toEqual([
      set('a'),
      changed,
    ]);
    expect(names(await store.applicationSets.list({ name: 'b' }))).toEqual([
      'b',
    ]);
    expect(await store.applicationSets.list({ hub: 'other' })).toEqual([]);
    expect(await store.applicationSets.get(changed)).toEqual(changed);
    expect(
      await store.applicationSets.get({ ...changed, name: 'c' }),
    ).toBeUndefined();
  });

  it('are the same with projects', async () => {
    const { store, lease, knex } = await storeOn(databases, id);
    const replace = (...projects: ProjectRecord[]) =>
      store.projects.replace({ lease, hub: HUB, projects });
    await replace(project('a'), project('b'));
    const scoped = project('b', { permitOnlyProjectScopedClusters: true });
    expect(await replace(scoped)).toEqual(['b', 'a']);
    const statements: string[] = [];
    knex.on('query', ({ sql }) => statements.push(sql));
    expect(await replace(scoped)).toEqual([]);
    expect(
      statements.filter(sql => /^(insert|update|delete)/i.test(sql)),
    ).toEqual([]);
    expect(await store.projects.list()).toEqual([scoped]);
    expect(await store.projects.get(HUB, 'b')).toEqual(scoped);
    expect(await store.projects.get(HUB, 'a')).toBeUndefined();
  });
});
