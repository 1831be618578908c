import { TestDatabases } from '@backstage/backend-test-utils';
import {
  allClustersAre,
  clusterIs,
  hubStillPraises,
  rowsAreGreen,
  rowsAreUnknown,
  spokeDies,
  spokeHeals,
} from '../__testUtils__/faults/clusterSteps';
import { given } from '../__testUtils__/faults/scenario';

jest.setTimeout(240_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

/** What a hub has where nothing is configured. */
const DEFAULT = {
  relistMs: 60_000,
  requestTimeoutMs: 30_000,
  heartbeat: { intervalMs: 30_000, maxPerSecond: 10 },
};

// Nothing is scaled here: this is what is promised to people.
describe('at the default interval', () => {
  it.concurrent.each([
    { how: 'refuses', fault: { kind: 'refused' } },
    { how: 'is behind dropped packets', fault: { kind: 'black-holed' } },
  ])(
    'a spoke that $how is unreachable within 90 s, and reachable within 30 s of being back',
    async ({ fault }) => {
      await given({
        databases,
        id: 'SQLITE_3',
        simulator: { timeScale: 1 },
        hub: DEFAULT,
      })
        .when(allClustersAre('reachable'), spokeDies('prod', fault))
        .expect(
          clusterIs('prod', 'unreachable', { withinMs: 90_000 }),
          hubStillPraises('prod'),
          rowsAreUnknown('prod', 'cluster-unreachable'),
          clusterIs('staging', 'reachable'),
          clusterIs('dr', 'reachable'),
        )
        .when(spokeHeals('prod'))
        .expect(
          clusterIs('prod', 'reachable', { withinMs: 30_000 }),
          rowsAreGreen('prod'),
        )
        .thenItHolds();
    },
  );
});
