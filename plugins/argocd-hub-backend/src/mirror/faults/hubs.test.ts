import { TestDatabases } from '@backstage/backend-test-utils';
import { given } from '../__testUtils__/faults/scenario';
import {
  backendsRestart,
  changesEnd,
  changesGoOn,
  control,
  everythingIsMuted,
  hubHasApplications,
  hubHeals,
  hubIsEmptied,
  hubIsLost,
  hubIsReplaced,
  isTrueMeanwhile,
  operatorGivesNewToken,
  timePasses,
} from '../__testUtils__/faults/steps';
import { LOST_FOR_MS } from '../__testUtils__/faults/steps';

jest.setTimeout(240_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const IDS = databases.eachSupportedId().map(([id]) => id);
const HUB = { relistMs: 500 };
const SQLITE = { databases, id: 'SQLITE_3', hub: HUB } as const;

const becomes = (release: string) => control('/hub/version', { release });
const cut = control('/hub/streams/cut', { how: 'reset' });

describe('releases of Argo CD', () => {
  it.concurrent.each(['2.14', '3.4', '3.5'])(
    '%s is mirrored, with cuts',
    async argocdVersion => {
      await given({ ...SQLITE, simulator: { argocdVersion } })
        .when(changesGoOn(), timePasses(1_500), cut, timePasses(1_500))
        .thenItHolds();
    },
  );

  it.concurrent(
    'may be upgraded and taken back while it is mirrored',
    async () => {
      await given({ ...SQLITE, simulator: { argocdVersion: '2.14' } })
        .when(changesGoOn(), timePasses(1_000))
        .when(becomes('3.4'), timePasses(1_500))
        .when(becomes('3.5'), timePasses(1_500), changesEnd())
        .expect(isTrueMeanwhile())
        .when(changesGoOn(), becomes('2.14'), timePasses(1_500))
        .thenItHolds();
    },
  );
});

describe('tokens', () => {
  it.concurrent(
    'that expire make the hub lost, until they count again',
    async () => {
      await given(SQLITE)
        .when(changesGoOn(), control('/hub/tokens/expire'), cut, hubIsLost())
        .when(timePasses(LOST_FOR_MS))
        .expect(everythingIsMuted())
        .when(hubHeals())
        .thenItHolds();
    },
  );

  it.concurrent(
    'that are revoked make the hub lost, until there is another',
    async () => {
      await given(SQLITE)
        .when(changesGoOn())
        .when(control('/hub/tokens/revoke', { id: 'portal' }), cut, hubIsLost())
        .when(timePasses(LOST_FOR_MS))
        .expect(everythingIsMuted())
        .when(operatorGivesNewToken(), backendsRestart())
        .thenItHolds();
    },
  );
});

describe('another hub under the same address', () => {
  it.concurrent.each(IDS)(
    'takes the place of the first, and nothing of that stays, on %s',
    async id => {
      await given({ ...SQLITE, id })
        .when(hubHasApplications(['only-before']))
        .when(changesGoOn(), timePasses(500), changesEnd())
        // It does not know our token.
        .when(hubIsReplaced(), hubIsLost(), timePasses(LOST_FOR_MS))
        .expect(everythingIsMuted())
        .when(operatorGivesNewToken(), backendsRestart())
        .thenItHolds();
    },
  );
});

describe('a hub without applications', () => {
  it.concurrent.each(IDS)(
    'may become so, and have some again, on %s',
    async id => {
      await given({ ...SQLITE, id })
        .when(hubIsEmptied())
        .expect(isTrueMeanwhile())
        .when(backendsRestart(), hubHasApplications(['again']))
        .thenItHolds();
    },
  );

  it.concurrent('may become so while no event tells it', async () => {
    await given(SQLITE)
      .when(control('/hub/streams', { drop: 1 }), hubIsEmptied())
      .expect(isTrueMeanwhile())
      .when(hubHasApplications(['again', 'and-again']))
      .expect(isTrueMeanwhile())
      .when(hubHeals())
      .thenItHolds();
  });
});
