import { TestDatabases } from '@backstage/backend-test-utils';
import { startSimulator } from 'hub-simulator';
import { until } from '../__testUtils__/MirrorWorld';
import {
  allClustersAre,
  BEATING,
  clusterIn,
  clusterIs,
  everyClusterWasAsked,
  inTurn,
  neverShown,
  rowsAreGreen,
  rowsAreUnknown,
  spokeHeals,
  spokeSuffers,
} from '../__testUtils__/faults/clusterSteps';
import { given, type Step } from '../__testUtils__/faults/scenario';
import {
  control,
  hubHeals,
  hubSuffers,
  timePasses,
} from '../__testUtils__/faults/steps';

jest.setTimeout(180_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const id = 'SQLITE_3';

const SPOKES = ['staging', 'prod', 'dr'];
const FLEET = { applications: 12, clusters: 6, idleNoise: false };
const names = (world: Parameters<Step>[0]) =>
  world.simulator.spokes.map(({ name }) => name).sort();

/** Out of reach for one of Argo CD's parts, all at the same moment. */
const networkSplits =
  (from: string, share: (names: string[]) => string[]): Step =>
  async world => {
    await Promise.all(
      share(names(world)).map(name =>
        spokeSuffers(name, { kind: 'refused', from })(world),
      ),
    );
  };

const spokesHeal: Step = async world => {
  await Promise.all(names(world).map(name => spokeHeals(name)(world)));
};

/** What the hub's controller holds of the clusters is thrown away. */
const cachesAreInvalidated: Step = async world => {
  const { clusters } = await world.hub.truth();
  for (const { name, server } of clusters) {
    if (SPOKES.includes(name)) {
      await world.hub.call(
        'POST',
        `/api/v1/clusters/${encodeURIComponent(server)}/invalidate-cache`,
        {},
      );
    }
  }
};

describe('no cluster is blamed', () => {
  it.concurrent('for a Redis that was flushed', async () => {
    // A restarted Redis has no trees for up to ten minutes.
    const simulator = { timeScale: 40 };
    await given({ databases, id, hub: BEATING, simulator, proxied: true })
      .when(allClustersAre('reachable'), control('/hub/redis/flush'))
      .expect(
        neverShown(['suspect', 'unreachable'], everyClusterWasAsked(3)),
        allClustersAre('reachable', 60_000),
      )
      .thenItHolds();
  });

  it.concurrent.each([15_000, 60_000])(
    'for a hub that is slow by %p simulated ms',
    async delayMs => {
      await given({ databases, id, hub: BEATING })
        .when(
          allClustersAre('reachable'),
          hubSuffers({ kind: 'slow', delayMs }),
        )
        .expect(neverShown(['suspect', 'unreachable'], timePasses(14_000)))
        .when(hubHeals())
        .expect(
          neverShown(
            ['suspect', 'unreachable'],
            allClustersAre('reachable', 30_000),
          ),
        )
        .thenItHolds();
    },
  );

  it.concurrent.each([
    { what: 'all three spokes', simulator: {}, share: (all: string[]) => all },
    {
      what: 'five of six spokes',
      simulator: FLEET,
      share: (all: string[]) => all.slice(1),
    },
  ])(
    'when the hub loses $what at once, and they are reachable again after it',
    async ({ simulator, share }) => {
      await given({ databases, id, hub: BEATING, simulator, proxied: true })
        .when(
          allClustersAre('reachable'),
          networkSplits('argocd-server', share),
        )
        .expect(
          neverShown(
            ['unreachable'],
            inTurn(everyClusterWasAsked(4), timePasses(5_000)),
          ),
          async world => {
            const lost = share(names(world));
            const records = await world.store.clusters.list();
            const facts = records
              .filter(({ name }) => lost.includes(name))
              .map(one => one.facts);
            expect(facts.length).toBeGreaterThan(2);
            expect(facts.every(one => one.hubSuspectedSince)).toBe(true);
            expect(facts.every(one => one.heartbeat.failures > 1)).toBe(true);
            for (const { name } of records.filter(one =>
              lost.includes(one.name),
            )) {
              await clusterIs(name, 'unknown', { reason: 'no-probe' })(world);
            }
          },
        )
        .when(spokesHeal)
        .expect(allClustersAre('reachable'))
        .thenItHolds();
    },
  );

  it.concurrent('by a controller that cannot reach it', async () => {
    await given({ databases, id, hub: BEATING, simulator: { timeScale: 20 } })
      .when(
        allClustersAre('reachable'),
        networkSplits('controller', all => all),
        cachesAreInvalidated,
      )
      .expect(
        neverShown(
          ['unreachable'],
          inTurn(allClustersAre('suspect'), timePasses(3_000)),
        ),
      )
      .when(spokesHeal)
      .expect(allClustersAre('reachable', 60_000))
      .thenItHolds();
  });

  it.concurrent(
    'by heartbeats where only the controller reaches spokes',
    async () => {
      const running = await startSimulator({ timeScale: 10 });
      for (const name of SPOKES) {
        await fetch(`${running.control.url}/spokes/${name}/break`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ kind: 'refused', from: 'argocd-server' }),
        });
      }
      await given({ databases, id, hub: BEATING, running, proxied: true })
        .expect(
          neverShown(
            ['reachable', 'suspect', 'unreachable'],
            everyClusterWasAsked(4),
          ),
          allClustersAre('unknown'),
          async world => {
            await until(async () => {
              const { rows } = await world.green.shown();
              return rows.every(
                ({ health }) =>
                  health.status === 'Healthy' && health.unverified,
              );
            }, 20_000);
            const prod = await world.store.clusters.get('main', 'prod');
            expect(prod!.facts.heartbeat.failures).toBeGreaterThan(1);
          },
        )
        .thenItHolds();
    },
  );
});

describe('half of the spokes', () => {
  it.concurrent(
    'that fail at once are unreachable, and nobody else',
    async () => {
      const lost = (all: string[]) => all.slice(3);
      await given({ databases, id, hub: BEATING, simulator: FLEET })
        .when(
          allClustersAre('reachable'),
          networkSplits('argocd-server', lost),
          world =>
            lost(names(world)).forEach(name =>
              world.green.clusterIsLost('main', name),
            ),
        )
        .expect(async world => {
          const all = names(world);
          for (const name of lost(all)) {
            await clusterIs(name, 'unreachable', { reason: 'refused' })(world);
          }
          for (const name of all.slice(0, 3)) {
            expect((await clusterIn(world, name))?.verdict.reachability).toBe(
              'reachable',
            );
          }
        })
        .when(spokesHeal)
        .expect(allClustersAre('reachable'))
        .thenItHolds();
    },
  );
});

describe('a controller shard that dies', () => {
  it.concurrent(
    'leaves rows that nobody computes, until it lives again',
    async () => {
      // Ten minutes until Redis forgets what it wrote become ten seconds.
      await given({ databases, id, hub: BEATING, simulator: { timeScale: 60 } })
        .when(allClustersAre('reachable'), control('/hub/shards/0/kill'))
        .expect(
          neverShown(
            ['suspect', 'unreachable'],
            rowsAreUnknown('prod', 'controller-silent'),
          ),
          async world => {
            const prod = await clusterIn(world, 'prod');
            expect(prod?.verdict.evidence).toContainEqual(
              expect.objectContaining({ kind: 'controller', says: 'unknown' }),
            );
          },
        )
        .when(control('/hub/shards/0/revive'))
        .expect(rowsAreGreen('prod'), rowsAreGreen('dr'))
        .thenItHolds();
    },
  );
});

describe('a spoke that is back', () => {
  it.concurrent(
    'is green once the hub looked again at what it could not compare, as it is asked to',
    async () => {
      await given({
        databases,
        id,
        hub: BEATING,
        simulator: { timeScale: 4 },
        proxied: true,
      })
        .when(
          allClustersAre('reachable'),
          world => world.breakSpoke('prod', { kind: 'refused' }),
          clusterIs('prod', 'unreachable'),
          cachesAreInvalidated,
          world =>
            world.hub.call(
              'GET',
              '/api/v1/applications/agent-prod?refresh=normal',
            ),
          world =>
            until(async () => {
              const row = await world.store.applications.get({
                hub: 'main',
                namespace: 'argocd',
                name: 'agent-prod',
              });
              return row?.sync === 'Unknown';
            }, 30_000),
          world => {
            const refreshes = refreshesIn(world);
            expect(refreshes).toEqual([]);
          },
          spokeHeals('prod'),
        )
        .expect(clusterIs('prod', 'reachable'), rowsAreGreen('prod'), world => {
          const refreshes = refreshesIn(world);
          expect(new Set(refreshes)).toEqual(new Set(['agent-prod']));
        })
        .thenItHolds();
    },
  );
});

function refreshesIn(world: Parameters<Step>[0]): string[] {
  return world.proxy.urls
    .filter(url => url.includes('refresh=normal'))
    .map(url => new URL(url, 'http://hub').pathname.split('/').at(-1)!);
}
