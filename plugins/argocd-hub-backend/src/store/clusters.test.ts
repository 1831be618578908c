import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord, clusterRecord } from '../testing/records';
import { HUB, storeOn } from './__testUtils__/storeOn';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('clusters on %p', id => {
  it('count their applications and the evidence these give', async () => {
    const { store, apply } = await storeOn(databases, id);
    const condition = {
      type: 'ComparisonError',
      message:
        'Failed to load live state: failed to get cluster info for "https://prod.example.com": error synchronizing cache state : Get "https://prod.example.com/version": dial tcp 10.0.0.1:443: connect: connection refused',
    };
    const { clusters } = await apply([
      applicationRecord('a', { sync: 'Unknown', conditions: [condition] }),
      applicationRecord('b', {
        operation: { phase: 'Running', startedAt: '2026-01-01T00:00:00Z' },
      }),
    ]);
    expect(clusters).toEqual(['prod']);
    const facts = async () => (await store.clusters.get(HUB, 'prod'))!.facts;
    expect(await facts()).toMatchObject({
      applications: 2,
      connectionErrors: 1,
      connectionErrorsReason: 'refused',
    });
    await apply([
      applicationRecord('a'),
      applicationRecord('b', {
        operation: {
          phase: 'Succeeded',
          startedAt: '2026-01-01T00:00:00Z',
          finishedAt: '2026-01-01T00:00:10Z',
        },
      }),
    ]);
    const after = await facts();
    expect(after).toMatchObject({
      connectionErrors: 0,
      lastSucceededAt: Date.parse('2026-01-01T00:00:10Z'),
    });
    expect(after.connectionErrorsSince).toBeUndefined();
    expect((await store.hubs.get(HUB))?.applications).toBe(2);
  });

  it('tell the most common reason why Argo CD cannot reach them', async () => {
    const { store, apply } = await storeOn(databases, id);
    const failing = (name: string, error: string) =>
      applicationRecord(name, {
        sync: 'Unknown',
        conditions: [
          {
            type: 'ComparisonError',
            message: `Failed to load live state: failed to get cluster info for "https://prod.example.com": error synchronizing cache state : Get "https://prod.example.com/version": ${error}`,
          },
        ],
      });
    const refused = 'dial tcp 10.0.0.1:443: connect: connection refused';
    const timeout = 'dial tcp 10.0.0.1:443: i/o timeout';
    const facts = async () => (await store.clusters.get(HUB, 'prod'))!.facts;
    await apply([
      failing('a', refused),
      failing('b', timeout),
      failing('c', timeout),
    ]);
    expect(await facts()).toMatchObject({
      connectionErrors: 3,
      connectionErrorsReason: 'timeout',
    });
    await apply([failing('d', refused)]);
    expect(await facts()).toMatchObject({
      connectionErrors: 4,
      connectionErrorsReason: 'refused',
    });
  });

  it('keep heartbeat, verdict and first sight when listed again', async () => {
    const { store, lease } = await storeOn(databases, id);
    const heartbeat = { failures: 2, reason: 'refused' as const };
    await store.clusters.updateFacts({
      lease,
      hub: HUB,
      updates: [{ name: 'prod', facts: { heartbeat, applications: 99 } }],
    });
    const listed = clusterRecord('prod', { labels: { env: 'other' } });
    listed.facts.firstSeenAt = 7;
    const { changed } = await store.clusters.replace({
      lease,
      hub: HUB,
      clusters: [listed, clusterRecord('staging')],
    });
    expect(changed).toEqual(['prod']);
    expect(await store.clusters.get(HUB, 'prod')).toMatchObject({
      labels: { env: 'other' },
      facts: { heartbeat, firstSeenAt: 1, applications: 0 },
    });
  });
});
