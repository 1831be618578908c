import { TestDatabases } from '@backstage/backend-test-utils';
import { given } from '../__testUtils__/faults/scenario';
import {
  applicationsComeAndGo,
  changesEnd,
  changesGoOn,
  control,
  hubHeals,
  isDegraded,
  isShownAs,
  isTrueMeanwhile,
  timePasses,
} from '../__testUtils__/faults/steps';

jest.setTimeout(240_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const IDS = databases.eachSupportedId().map(([id]) => id);
const HUB = { relistMs: 500 };

const DELIVERIES = [
  { what: 'lose some', settings: { drop: 0.3 } },
  { what: 'lose all', settings: { drop: 1 } },
  { what: 'repeat themselves', settings: { duplicate: 0.5 } },
  { what: 'change places', settings: { reorder: 5 } },
  { what: 'are late', settings: { delayMs: 10_000 } },
  {
    what: 'do all of that',
    settings: { drop: 0.2, duplicate: 0.2, reorder: 4, delayMs: 3_000 },
  },
];

describe('events of a stream', () => {
  it.concurrent.each(DELIVERIES)('that $what', async ({ settings }) => {
    await given({ databases, id: 'SQLITE_3', hub: HUB })
      .when(control('/hub/streams', settings))
      .when(changesGoOn(), timePasses(4_000))
      .expect(isTrueMeanwhile())
      .when(hubHeals())
      .thenItHolds();
  });
});

describe('events alone', () => {
  it.concurrent(
    'keep everything true between lists, deletions too',
    async () => {
      await given({ databases, id: 'SQLITE_3', hub: { relistMs: 600_000 } })
        // The list that follows a burst comes some quiet seconds after it.
        .when(timePasses(4_000))
        .when(applicationsComeAndGo(['one', 'two'], { between: [] }))
        .expect(isTrueMeanwhile(10_000))
        .when(changesGoOn(), timePasses(2_000))
        .thenItHolds({ withinMs: 15_000 });
    },
  );
});

describe('a stream', () => {
  it.concurrent.each(
    IDS.flatMap(id =>
      ['clean', 'reset', 'mid-frame'].map(how => ({ id, how })),
    ),
  )('that is cut now and then ($how), on $id', async ({ how, id }) => {
    const cut = control('/hub/streams/cut', { how });
    await given({ databases, id, hub: HUB })
      .when(changesGoOn(), timePasses(500), cut, timePasses(700), cut)
      .when(timePasses(1_500), cut, changesEnd())
      .thenItHolds();
  });

  it.concurrent.each([true, false])(
    'that falls silent and stays open (new ones too: %p)',
    async newToo => {
      await given({ databases, id: 'SQLITE_3', hub: HUB })
        .when(control('/hub/streams/half-open', { newToo }))
        .when(changesGoOn(), timePasses(3_000))
        .expect(isTrueMeanwhile())
        .when(isDegraded('agent-prod'))
        .expect(isShownAs('agent-prod', 'Degraded'))
        .when(timePasses(4_000), hubHeals())
        .thenItHolds();
    },
  );
});

describe('replicas of argocd-server', () => {
  it.concurrent.each(IDS)(
    'that lag behind each other take nothing back, on %s',
    async id => {
      await given({
        databases,
        id,
        hub: HUB,
        simulator: { replicaLagsMs: [0, 20_000, 5_000] },
      })
        .when(changesGoOn(), timePasses(5_000))
        .thenItHolds();
    },
  );

  it.concurrent(
    'that are started anew with other lags take nothing back',
    async () => {
      await given({ databases, id: 'SQLITE_3', hub: HUB })
        .when(changesGoOn(), timePasses(1_000))
        .when(control('/hub/replicas', { lagsMs: [15_000, 0] }))
        .when(timePasses(2_500))
        .when(control('/hub/replicas', { lagsMs: [0] }))
        .when(timePasses(1_000))
        .thenItHolds();
    },
  );

  it.concurrent.each(IDS)(
    'that miss deletions leave nothing behind, on %s',
    async id => {
      await given({ databases, id, hub: HUB })
        .when(
          applicationsComeAndGo(['one', 'two', 'three'], {
            between: [control('/hub/informers/disconnect')],
          }),
        )
        .when(changesGoOn(), timePasses(1_000))
        .when(control('/hub/informers/relist'))
        .when(timePasses(1_000))
        .thenItHolds();
    },
  );
});

describe('a Redis that is flushed', () => {
  it.concurrent('leaves the index true', async () => {
    await given({
      databases,
      id: 'SQLITE_3',
      hub: { ...HUB, heartbeat: { intervalMs: 2_000, maxPerSecond: 10 } },
    })
      .when(changesGoOn(), timePasses(1_000))
      .when(control('/hub/redis/flush'), timePasses(3_000))
      .thenItHolds();
  });
});
