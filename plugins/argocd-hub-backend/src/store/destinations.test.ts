import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord, clusterRecord } from '../testing/records';
import { HUB, names, storeOn } from './__testUtils__/storeOn';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('destinations on %p', id => {
  const on = (name: string, destination: object) =>
    applicationRecord(name, {
      destination: { namespace: 'x', ...destination },
    });

  it('resolve by name and by server, or tell why not', async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply([
      on('by-name', { name: 'prod' }),
      on('by-server', { server: 'https://staging.example.com/' }),
      on('both', { name: 'prod', server: 'https://prod.example.com' }),
      on('gone', { name: 'gone' }),
    ]);
    const list = await store.applications.list({ limit: 10 });
    expect(
      Object.fromEntries(list.map(one => [one.name, one.cluster])),
    ).toEqual({
      'by-name': { name: 'prod' },
      'by-server': { name: 'staging' },
      both: { problem: 'invalid', given: 'prod https://prod.example.com' },
      gone: { problem: 'no-such-cluster', given: 'gone' },
    });
  });

  it('resolve anew when the set of clusters changes', async () => {
    const { store, lease, apply } = await storeOn(databases, id);
    await apply([on('a', { name: 'prod' }), on('b', { name: 'perf' })]);
    const { changed, applications } = await store.clusters.replace({
      lease,
      hub: HUB,
      clusters: [
        clusterRecord('prod'),
        clusterRecord('prod', { server: 'https://other.example.com' }),
        clusterRecord('perf'),
      ],
    });
    expect(names(applications).sort()).toEqual(['a', 'b']);
    expect(changed).toContain('staging');
    const list = await store.applications.list({ limit: 10 });
    expect(list.map(one => one.cluster)).toEqual([
      { problem: 'ambiguous-cluster', given: 'prod' },
      { name: 'perf' },
    ]);
    const clusters = await store.clusters.list({ hub: HUB });
    expect(clusters.map(one => one.name)).toEqual([
      'perf',
      expect.stringMatching(/^prod~[0-9a-f]{8}$/),
      expect.stringMatching(/^prod~[0-9a-f]{8}$/),
    ]);
    expect(clusters[0].facts.applications).toBe(1);
    expect((await store.hubs.get(HUB))?.clusters).toBe(3);
  });
});
