import { TestDatabases } from '@backstage/backend-test-utils';
import type { RunningSimulator } from 'hub-simulator';
import { setClock } from '../__testUtils__/faults/clock';
import { given, type Step } from '../__testUtils__/faults/scenario';
import { startSimulatorProcess } from '../__testUtils__/faults/SimulatorProcess';
import {
  changesGoOn,
  everythingIsMuted,
  hubHeals,
  hubIsLostTo,
  isDegraded,
  isShownAs,
  LOST_FOR_MS,
  timePasses,
} from '../__testUtils__/faults/steps';
import { until } from '../__testUtils__/MirrorWorld';

jest.setTimeout(240_000);

const HOUR_MS = 60 * 60_000;
const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const JUMPS = [
  { where: 'an hour ahead', byMs: HOUR_MS },
  { where: 'an hour back', byMs: -HOUR_MS },
];

describe.each(JUMPS)('a clock that is set $where', ({ byMs }) => {
  let running: RunningSimulator;
  let setRight = () => {};

  beforeEach(async () => {
    // With a clock of its own: only ours is wrong.
    running = await startSimulatorProcess();
  });

  afterEach(() => {
    setRight();
    setRight = () => {};
  });

  const clockIsSet: Step = () => {
    setRight = setClock(byMs);
  };
  const clockIsRight: Step = () => {
    setRight();
  };
  const scenario = () =>
    given({
      databases,
      id: 'SQLITE_3',
      running,
      hub: {
        relistMs: 500,
        heartbeat: { intervalMs: 1_000, maxPerSecond: 10 },
      },
    });

  const allIsWell: Step = world =>
    until(async () => {
      const { rows, hubs } = await world.green.shown();
      return (
        hubs.every(({ freshness }) => freshness === 'live') &&
        rows.every(({ health }) => !health.reason)
      );
    }, 25_000);

  it('is believed nothing for long, be it set or set right', async () => {
    await scenario()
      .when(clockIsSet)
      .expect(allIsWell)
      .when(isDegraded('agent-prod'))
      .expect(isShownAs('agent-prod', 'Degraded'))
      .when(clockIsRight)
      .expect(allIsWell)
      .thenItHolds();
  });

  it('hides no outage that comes after it', async () => {
    await scenario()
      .when(changesGoOn(), clockIsSet, timePasses(2_000))
      .when(hubIsLostTo({ kind: 'refused' }), timePasses(LOST_FOR_MS))
      .expect(everythingIsMuted())
      .when(hubHeals())
      .thenItHolds();
  });

  it('hides no outage that it happens in', async () => {
    await scenario()
      .when(changesGoOn(), hubIsLostTo({ kind: 'refused' }), clockIsSet)
      .when(timePasses(LOST_FOR_MS))
      .expect(everythingIsMuted())
      .when(hubHeals())
      .thenItHolds();
  });
});
