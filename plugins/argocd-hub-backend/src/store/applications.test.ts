import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord } from '../testing/records';
import { HUB, names, storeOn } from './__testUtils__/storeOn';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('applications on %p', id => {
  it('are read back as they were written, with their cluster', async () => {
    const { store, apply } = await storeOn(databases, id);
    const record = applicationRecord('agent-prod', {
      labels: { team: 'a' },
      annotations: { 'backstage.io/entity-ref': 'component:default/agent' },
      syncSince: '2026-01-01T00:00:00Z',
    });
    await apply([record]);
    const stored = await store.applications.get({
      hub: HUB,
      namespace: 'argocd',
      name: 'agent-prod',
    });
    expect(stored).toEqual({
      ...record,
      syncSince: expect.any(String),
      cluster: { name: 'prod' },
    });
  });

  it('are not written when nothing differs', async () => {
    const { knex, apply } = await storeOn(databases, id);
    await apply([applicationRecord('a', { labels: { b: '1', a: '2' } })]);
    const statements: string[] = [];
    knex.on('query', ({ sql }) => statements.push(sql));
    const { changed, clusters } = await apply([
      applicationRecord('a', { labels: { a: '2', b: '1' } }),
    ]);
    expect(changed).toEqual([]);
    expect(clusters).toEqual([]);
    expect(
      statements.filter(sql => /^(insert|update|delete)/i.test(sql)),
    ).toEqual([]);
  });

  it('keep since when a state lasts', async () => {
    const { store, apply } = await storeOn(databases, id);
    const get = async () => (await store.applications.list({ limit: 1 }))[0];
    await apply([applicationRecord('a', { healthSince: undefined })]);
    const first = await get();
    await new Promise(resolve => setTimeout(resolve, 5));
    await apply([
      applicationRecord('a', { healthSince: undefined, images: ['x'] }),
    ]);
    expect(await get()).toMatchObject({
      images: ['x'],
      syncSince: first.syncSince,
      healthSince: first.healthSince,
    });
    await apply([applicationRecord('a', { sync: 'OutOfSync' })]);
    expect((await get()).syncSince! > first.syncSince!).toBe(true);
  });

  it('are selected by name, set, key and label terms', async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply([
      applicationRecord('a', {
        applicationSet: 'fleet',
        labels: { tier: 'web', env: 'prod' },
      }),
      applicationRecord('b', {
        labels: { tier: 'db' },
        annotations: { 'backstage.io/entity-ref': 'component:default/b' },
      }),
      applicationRecord('c', { project: 'other' }),
    ]);
    const select = async (
      match: Parameters<typeof store.applications.select>[0]['match'],
      rest = {},
    ) => names(await store.applications.select({ match, ...rest }));

    expect(await select({ kind: 'name', name: 'b' })).toEqual(['b']);
    expect(await select({ kind: 'application-set', name: 'fleet' })).toEqual([
      'a',
    ]);
    expect(
      await select({
        kind: 'key',
        key: 'backstage.io/entity-ref',
        value: 'component:default/b',
      }),
    ).toEqual(['b']);
    const labels = (...terms: any[]) => ({ kind: 'labels' as const, terms });
    expect(
      await select(
        labels({ key: 'tier', operator: 'in', values: ['web', 'db'] }),
      ),
    ).toEqual(['a', 'b']);
    expect(
      await select(labels({ key: 'tier', operator: 'notin', values: ['web'] })),
    ).toEqual(['b', 'c']);
    expect(await select(labels({ key: 'env', operator: 'exists' }))).toEqual([
      'a',
    ]);
    expect(
      await select(labels({ key: 'env', operator: 'not-exists' }), {
        project: 'other',
      }),
    ).toEqual(['c']);
    expect(
      await select(
        labels({
          key: 'backstage.io/entity-ref',
          operator: 'exists',
        }),
      ),
    ).toEqual([]);
  });

  it('forget labels that were taken away, and everything when removed', async () => {
    const { knex, store, apply } = await storeOn(databases, id);
    await apply([applicationRecord('a', { labels: { tier: 'web' } })]);
    await apply([applicationRecord('a')]);
    expect(await knex('application_labels').select()).toEqual([]);
    const { changed } = await apply([], ['a', 'never-there']);
    expect(names(changed)).toEqual(['a']);
    expect(await store.applications.list({ limit: 5 })).toEqual([]);
  });

  it('are listed by what they are compared to be', async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply([
      applicationRecord('a', { sync: 'Unknown' }),
      applicationRecord('b'),
      applicationRecord('c', { sync: 'OutOfSync' }),
      applicationRecord('d', { sync: 'Unknown' }),
    ]);
    const list = async (rest: object) =>
      names(
        await store.applications.list({
          hub: HUB,
          cluster: 'prod',
          sync: 'Unknown',
          limit: 5,
          ...rest,
        }),
      );
    expect(await list({})).toEqual(['a', 'd']);
    expect(
      await list({ after: { hub: HUB, namespace: 'argocd', name: 'a' } }),
    ).toEqual(['d']);
    expect(await list({ sync: 'Synced' })).toEqual(['b']);
  });

  it('are paged in a stable order', async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply(
      ['a', 'b', 'c', 'd'].map(name =>
        applicationRecord(name, {
          destination: {
            namespace: 'x',
            name: name === 'c' ? 'staging' : 'prod',
          },
        }),
      ),
    );
    const first = await store.applications.list({
      hub: HUB,
      cluster: 'prod',
      limit: 2,
    });
    const second = await store.applications.list({
      hub: HUB,
      cluster: 'prod',
      limit: 2,
      after: first[1],
    });
    expect(names([...first, ...second])).toEqual(['a', 'b', 'd']);
    const all: string[] = [];
    for await (const page of store.applications.pages()) {
      all.push(...names(page));
    }
    expect(all).toEqual(['a', 'b', 'c', 'd']);
  });
});
