import type { Freshness, HealthStatus, SyncStatus } from '../types';
import { rollup, type RollupInput } from './rollup';

/** Written as `cluster health sync`; a cluster `-` is one that does not exist. */
function row(text: string): RollupInput {
  const [cluster, health, sync = 'Synced'] = text.split(' ');
  return {
    hub: 'main',
    namespace: 'argocd',
    name: `agent-${cluster}`,
    destination:
      cluster === '-'
        ? { namespace: 'a', problem: 'no-such-cluster', given: 'gone' }
        : { namespace: 'a', cluster },
    health: { status: health as HealthStatus },
    sync: { status: sync as SyncStatus },
  };
}

const rows = (...texts: string[]) => texts.map(row);
const hubs = (...freshnesses: Freshness[]) =>
  freshnesses.map(freshness => ({ freshness }));
const unreachable = (name: string, hub = 'main') => ({
  hub,
  name,
  verdict: {
    reachability: 'unreachable' as const,
    since: '2026-03-01T12:00:00.000Z',
    evidence: [],
  },
});

describe('rollup', () => {
  it.each`
    rows                                              | health
    ${[]}                                             | ${'None'}
    ${['a Healthy', 'b Healthy']}                     | ${'Healthy'}
    ${['a Healthy', 'b Suspended']}                   | ${'Suspended'}
    ${['a Suspended', 'b Progressing']}               | ${'Progressing'}
    ${['a Progressing', 'b Unknown']}                 | ${'Unknown'}
    ${['a Unknown', 'b Missing']}                     | ${'Missing'}
    ${['a Missing', 'b Degraded', 'c Healthy']}       | ${'Degraded'}
    ${['a Healthy OutOfSync', 'b Healthy OutOfSync']} | ${'Healthy'}
  `('is $health for $rows', ({ rows: texts, health }) => {
    expect(rollup(rows(...texts), [], hubs('live')).health).toBe(health);
  });

  it.each`
    hubs                                    | freshness
    ${['live', 'live']}                     | ${'live'}
    ${['live', 'lagging']}                  | ${'lagging'}
    ${['stale', 'lagging']}                 | ${'stale'}
    ${['live', 'stale', 'down', 'lagging']} | ${'down'}
  `('is as fresh as the worst of hubs $hubs', ({ hubs: given, freshness }) => {
    expect(rollup([], [], hubs(...given)).freshness).toBe(freshness);
  });

  it('counts rows, states and clusters', () => {
    const skew = [
      {
        from: 'majority' as const,
        field: 'image' as const,
        expected: 'a:1',
        actual: 'a:2',
      },
    ];
    const result = rollup(
      [
        ...rows('a Healthy', 'a Healthy OutOfSync', 'b Healthy', 'b Degraded'),
        ...rows('c Unknown Unknown', '- Healthy'),
        { ...row('d Healthy'), skew },
        { ...row('d Healthy'), skew: [] },
      ],
      [
        unreachable('c'),
        unreachable('not-in-a-row'),
        unreachable('a', 'other'),
      ],
      hubs('live'),
    );
    expect(result).toMatchObject({
      deployments: 8,
      clusters: 4,
      healthyClusters: 2,
      unreachableClusters: 1,
      byHealth: { Healthy: 6, Degraded: 1, Unknown: 1 },
      bySync: { Synced: 6, OutOfSync: 1, Unknown: 1 },
      skewed: 1,
    });
  });

  it.each([
    {
      title: 'worst first, OutOfSync after all of them',
      given: [
        'a Healthy OutOfSync',
        'b Suspended',
        'c Unknown Unknown',
        'd Degraded OutOfSync',
        'e Missing OutOfSync',
      ],
      expected: [
        'd Degraded',
        'e Missing',
        'c Unknown',
        'b Suspended',
        'a OutOfSync',
      ],
    },
    {
      title: 'no more than five',
      given: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(name => `${name} Unknown`),
      expected: ['a', 'b', 'c', 'd', 'e'].map(name => `${name} Unknown`),
    },
    {
      title: 'nobody who is Healthy and Synced',
      given: ['a Healthy', 'b Progressing', 'c Healthy'],
      expected: ['b Progressing'],
    },
    {
      title: 'also without a cluster',
      given: ['- Unknown Unknown'],
      expected: ['undefined Unknown'],
    },
  ])('names offenders: $title', ({ given, expected }) => {
    const { offenders } = rollup(rows(...given), [], hubs('live'));
    expect(
      offenders.map(({ cluster, status }) => `${cluster} ${status}`),
    ).toEqual(expected);
  });

  it('tells of an offender why and since when', () => {
    const since = '2026-03-01T11:48:00.000Z';
    const prod: RollupInput = {
      ...row('prod Unknown'),
      health: {
        status: 'Unknown',
        reported: 'Healthy',
        reason: 'cluster-unreachable',
        since,
      },
    };
    expect(rollup([prod], [], hubs('live')).offenders).toEqual([
      {
        hub: 'main',
        cluster: 'prod',
        namespace: 'argocd',
        name: 'agent-prod',
        status: 'Unknown',
        reason: 'cluster-unreachable',
        since,
      },
    ]);
  });
});
