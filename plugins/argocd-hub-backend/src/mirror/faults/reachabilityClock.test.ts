import { TestDatabases } from '@backstage/backend-test-utils';
import {
  allClustersAre,
  clusterIs,
  everyClusterWasAsked,
  neverShown,
  rowsAreGreen,
  rowsAreUnknown,
  spokeDies,
  spokeHeals,
} from '../__testUtils__/faults/clusterSteps';
import { setClock } from '../__testUtils__/faults/clock';
import { given, type Step } from '../__testUtils__/faults/scenario';
import { startSimulatorProcess } from '../__testUtils__/faults/SimulatorProcess';
import { until } from '../__testUtils__/MirrorWorld';

jest.setTimeout(180_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const id = 'SQLITE_3' as const;
const HOUR_MS = 3_600_000;
const HUB = {
  relistMs: 1_000,
  heartbeat: { intervalMs: 1_000, maxPerSecond: 10 },
};

let setRight: (() => void) | undefined;

const ourClockJumps =
  (ms: number): Step =>
  () => {
    setRight = setClock(ms);
  };

/** With a clock of its own: only ours is wrong. */
const aHub = async () => ({
  databases,
  id,
  hub: HUB,
  running: await startSimulatorProcess(),
});

const hubIsLive: Step = world =>
  until(async () => {
    const { hubs } = await world.green.shown();
    return hubs.every(({ freshness }) => freshness === 'live');
  }, 20_000);

// One after the other: all worlds here have the same clock.
describe.each([
  { jump: 'forward', ms: HOUR_MS },
  { jump: 'back', ms: -HOUR_MS },
])('our clock jumps $jump by an hour', ({ ms }) => {
  afterEach(() => setRight?.());

  it('and all is well again within a few heartbeats, and dead spokes are still found', async () => {
    await given(await aHub())
      .when(allClustersAre('reachable'), hubIsLive, ourClockJumps(ms))
      .expect(
        neverShown(['suspect', 'unreachable'], hubIsLive),
        allClustersAre('reachable'),
        rowsAreGreen('prod'),
      )
      .when(spokeDies('prod', { kind: 'refused' }))
      .expect(
        clusterIs('prod', 'unreachable', { reason: 'refused' }),
        rowsAreUnknown('prod', 'cluster-unreachable'),
      )
      .when(spokeHeals('prod'))
      .expect(clusterIs('prod', 'reachable'), rowsAreGreen('prod'))
      .thenItHolds();
  });

  it('while a spoke is dead, which it stays until it is back', async () => {
    await given(await aHub())
      .when(
        allClustersAre('reachable'),
        spokeDies('prod', { kind: 'refused' }),
        clusterIs('prod', 'unreachable'),
        ourClockJumps(ms),
      )
      .expect(
        hubIsLive,
        clusterIs('prod', 'unreachable'),
        allButProdAre('reachable'),
        clusterIs('prod', 'unreachable', { reason: 'refused' }),
      )
      .when(spokeHeals('prod'))
      .expect(clusterIs('prod', 'reachable'), rowsAreGreen('prod'))
      .thenItHolds();
  });

  it('as heartbeats end to prove anything, and no old sign of life looks new', async () => {
    await given({ ...(await aHub()), proxied: true })
      .when(
        allClustersAre('reachable'),
        world => {
          const message = 'permission denied';
          world.proxy.answer(/\/events$/, 403, { message, code: 7 });
        },
        ourClockJumps(ms),
      )
      .expect(everyClusterWasAsked(2), allClustersAre('unknown'))
      .thenItHolds();
  });
});

function allButProdAre(reachability: 'reachable'): Step {
  return async world => {
    await clusterIs('staging', reachability)(world);
    await clusterIs('dr', reachability)(world);
  };
}
