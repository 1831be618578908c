import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationSetRecord, projectRecord } from '../testing/records';
import { HUB, names, storeOn } from './__testUtils__/storeOn';
import type { ApplicationSetRecord } from './ApplicationSetStore';
import type { ProjectRecord } from './ProjectStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('sets and projects on %p', id => {
  it('are what was listed last, and only what differs is told', async () => {
    const { store, lease } = await storeOn(databases, id);
    const replace = async (...sets: ApplicationSetRecord[]) =>
      names(
        await store.applicationSets.replace({ lease, hub: HUB, sets }),
      ).sort();
    expect(
      await replace(
        applicationSetRecord('a'),
        applicationSetRecord('b'),
        applicationSetRecord('c'),
      ),
    ).toEqual(['a', 'b', 'c']);
    const changed = applicationSetRecord('b', {
      health: 'Degraded',
      labels: { y: '1', x: '2' },
    });
    expect(await replace(applicationSetRecord('a'), changed)).toEqual([
      'b',
      'c',
    ]);
    expect(
      await replace(applicationSetRecord('a'), {
        ...changed,
        labels: { x: '2', y: '1' },
      }),
    ).toEqual([]);
    expect(await store.applicationSets.list({ hub: HUB })).toEqual([
      applicationSetRecord('a'),
      changed,
    ]);
    const named = await store.applicationSets.list({ names: ['b', 'x'] });
    expect(names(named)).toEqual(['b']);
    expect(await store.applicationSets.list({ names: [] })).toEqual([]);
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
    await replace(projectRecord('a'), projectRecord('b'));
    const scoped = projectRecord('b', {
      permitOnlyProjectScopedClusters: true,
    });
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
