import { TestDatabases } from '@backstage/backend-test-utils';
import { given, type Step } from '../__testUtils__/faults/scenario';
import {
  backendsRestart,
  changesGoOn,
  everythingIsMuted,
  hubHeals,
  hubIsLostTo,
  LOST_FOR_MS,
  timePasses,
} from '../__testUtils__/faults/steps';
import { until } from '../__testUtils__/MirrorWorld';

jest.setTimeout(240_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const IDS = databases.eachSupportedId().map(([id]) => id);
const HUB = { relistMs: 500 };

/** A hub that has just begun says nothing of its applications yet. */
const hubHasLookedAtAll: Step = world =>
  until(async () => {
    const { rows } = await world.green.shown();
    return (
      rows.length > 0 && rows.every(({ sync }) => sync.status === 'Synced')
    );
  }, 60_000);

/** The last known rows are there at once, with the age of what is known. */
const lastKnownIsShown: Step = async world => {
  const { rows, hubs } = await world.green.shown();
  expect(rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['agent-dr', 'agent-prod', 'agent-staging']),
  );
  const agents = rows.filter(({ name }) => name.startsWith('agent-'));
  expect(agents.map(({ sync }) => sync.reported)).not.toContain(undefined);
  expect(Date.parse(hubs[0].observedAt!)).toBeLessThan(
    Date.now() - LOST_FOR_MS + 1_000,
  );
};

describe('a restart', () => {
  it.concurrent.each(IDS)('while the hub is away, on %s', async id => {
    await given({ databases, id, hub: HUB })
      .expect(hubHasLookedAtAll)
      .when(changesGoOn(), hubIsLostTo({ kind: 'refused' }))
      .when(timePasses(LOST_FOR_MS))
      .expect(everythingIsMuted(), lastKnownIsShown)
      .when(backendsRestart())
      .expect(everythingIsMuted(), lastKnownIsShown)
      .when(timePasses(1_000))
      .expect(everythingIsMuted(), lastKnownIsShown)
      .when(hubHeals())
      .thenItHolds();
  });

  it.concurrent.each(IDS)('again and again, on %s', async id => {
    const again: Step[] = [backendsRestart(), timePasses(700)];
    await given({ databases, id, hub: HUB })
      .when(changesGoOn(), ...again, ...again, ...again, ...again)
      .thenItHolds();
  });
});

/** Stops the backend that mirrors, as an operator would, and starts another. */
const holderIsReplaced: Step = async world => {
  const { epoch, holder } = await world.writes.lastLease();
  const at = world.backends.findIndex(({ name }) => name === holder);
  const [backend] = world.backends.splice(at, 1);
  await backend.stop();
  await until(async () => (await world.writes.lastLease()).epoch > epoch);
  await world.startBackend();
};

describe('several backends', () => {
  const several = IDS.filter(id => id !== 'SQLITE_3');

  it('lose nothing when the one that mirrors goes', async () => {
    // SQLite serves one: without PostgreSQL there is nothing to see here.
    expect(several).not.toContain('SQLITE_3');
    await Promise.all(
      several.map(id =>
        given({ databases, id, hub: HUB, backends: 2 })
          .when(changesGoOn(), timePasses(1_500))
          .when(holderIsReplaced, timePasses(1_500))
          .when(holderIsReplaced, timePasses(1_500))
          .thenItHolds(),
      ),
    );
  });
});
