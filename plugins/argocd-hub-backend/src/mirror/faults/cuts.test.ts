import { TestDatabases } from '@backstage/backend-test-utils';
import { randomFrom } from '../__testUtils__/faults/Changes';
import { given, type Step } from '../__testUtils__/faults/scenario';
import { changesEnd, changesGoOn } from '../__testUtils__/faults/steps';
import { until } from '../__testUtils__/MirrorWorld';

jest.setTimeout(240_000);

/**
 * A stream that breaks again and again is left alone for half a minute; here it
 * is opened again at once, so that a hundred cuts take seconds.
 */
const TIMING = { longestStreamPauseMs: 100 };

const CUTS = 100;
const HOW = ['clean', 'reset', 'mid-frame'];

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const IDS = databases.eachSupportedId().map(([id]) => id);

/** Cuts at random moments, each time one more stream was opened. */
const streamsAreCut =
  (times: number): Step =>
  async world => {
    const random = randomFrom(world.seed + 1);
    const opened = async () =>
      (await world.hub.control('/hub/requests')).requests[
        'GET /api/v1/stream/applications'
      ] ?? 0;
    for (let cut = 0; cut < times; cut++) {
      const before = await opened();
      await world.wait(random() * 200);
      const how = HOW[Math.floor(random() * HOW.length)];
      await world.hub.control('/hub/streams/cut', { how });
      await until(async () => (await opened()) > before, 20_000);
    }
  };

describe('a hundred cuts of the stream at random moments', () => {
  it.concurrent.each(IDS)('with changes going on, on %s', async id => {
    await given({ databases, id, hub: { relistMs: 1_000 }, timing: TIMING })
      .when(changesGoOn(), streamsAreCut(CUTS), changesEnd())
      .thenItHolds();
  });
});
