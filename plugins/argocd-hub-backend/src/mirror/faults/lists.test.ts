import { TestDatabases } from '@backstage/backend-test-utils';
import { given, type Step } from '../__testUtils__/faults/scenario';
import {
  changesGoOn,
  control,
  hubHasApplications,
  hubHeals,
  isTrueMeanwhile,
  nothingIsRemoved,
  timePasses,
} from '../__testUtils__/faults/steps';
import { until } from '../__testUtils__/MirrorWorld';

jest.setTimeout(240_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const IDS = databases.eachSupportedId().map(([id]) => id);
const LIST = /v1\/applications$/;
const SQLITE = {
  databases,
  id: 'SQLITE_3',
  hub: { relistMs: 500 },
  proxied: true,
} as const;
const FLEET = { applications: 60, clusters: 4, idleNoise: false };

/** What the hub said when it was asked comes after so long, while events go on. */
const listsAreLate =
  (ms: number): Step =>
  async world => {
    const release = world.proxy.hold(LIST);
    await world.wait(ms);
    release();
  };

/** Until so many lists were answered, each of them lies so. */
const listsLie =
  (lie: (items: any[]) => any[] | null, lists: number): Step =>
  async world => {
    let told = 0;
    const end = world.proxy.rewrite(LIST, body => {
      told += 1;
      return { ...body, items: lie(body.items) };
    });
    await until(() => told >= lists, 15_000);
    end();
  };

const nothing = () => null;
const without = (name: string) => (items: any[]) =>
  items.filter(({ metadata }) => metadata.name !== name);

describe('a list that races the stream', () => {
  it.concurrent.each(IDS)('takes nothing back, on %s', async id => {
    await given({ ...SQLITE, id })
      .when(changesGoOn())
      .when(listsAreLate(1_500), timePasses(200), listsAreLate(2_500))
      .when(timePasses(300), listsAreLate(1_000))
      .thenItHolds();
  });
});

describe('a list that lies', () => {
  it.concurrent('once, that there is nothing, removes nothing', async () => {
    await given(SQLITE)
      .when(listsLie(nothing, 1), timePasses(4_000))
      .expect(nothingIsRemoved())
      .thenItHolds();
  });

  it.concurrent(
    'always, about one application, does not remove it',
    async () => {
      await given(SQLITE)
        .when(listsLie(without('agent-prod'), 8))
        .expect(nothingIsRemoved())
        .thenItHolds();
    },
  );

  it.concurrent('once, about many of many, removes none', async () => {
    await given({ ...SQLITE, simulator: FLEET })
      .when(
        listsLie(items => items.slice(25), 1),
        timePasses(4_000),
      )
      .expect(nothingIsRemoved())
      .thenItHolds();
  });

  it.concurrent(
    'about states is not believed against a single read',
    async () => {
      await given(SQLITE)
        .when(
          listsLie(
            items =>
              items.map(one => ({
                ...one,
                status: { ...one.status, health: { status: 'Missing' } },
              })),
            4,
          ),
        )
        .thenItHolds();
    },
  );
});

describe('applications that the hub answers no question about', () => {
  const BAD = ['bad-1', 'bad-2', 'bad-3', 'bad-4', 'bad-5'];

  it.concurrent('are named, and keep no other waiting', async () => {
    const ends: (() => void)[] = [];
    await given(SQLITE)
      .when(hubHasApplications([...BAD, 'gone']))
      .expect(isTrueMeanwhile())
      // From now on only lists tell, and lack them.
      .when(({ proxy }) => {
        const slow = { error: 'context deadline exceeded', code: 4 };
        const closed = { error: 'closing', code: 14 };
        ends.push(
          proxy.answer(/applications\/bad-\d$/, 504, slow),
          proxy.answer(/stream\/applications$/, 503, closed),
          proxy.rewrite(LIST, body => ({
            ...body,
            items: body.items.filter(
              ({ metadata }: any) => !BAD.includes(metadata.name),
            ),
          })),
        );
        proxy.cut();
      })
      .when(({ hub }) => hub.removeApplication('gone'))
      .expect(async world => {
        const gone = async () => (await world.writes.removed()).length;
        await until(gone);
        const from = Date.now();
        await until(async () => {
          const hub = await world.store.hubs.get('main');
          const names = hub?.skipped.map(({ name }) => name).sort();
          const { lastListAt = 0 } = hub!.facts;
          return lastListAt > from && `${names}` === `${BAD}`;
        });
      })
      .expect(nothingIsRemoved({ but: ['argocd/gone'] }))
      .when(() => ends.forEach(end => end()))
      .thenItHolds();
  });
});

describe('rights that are taken away', () => {
  const policyIs = (policy: string) => control('/hub/policy', { policy });

  it.concurrent(
    'for a moment remove nothing, though single reads are refused too',
    async () => {
      await given({ ...SQLITE, proxied: false })
        .when(policyIs(''), timePasses(2_000))
        .when(policyIs('g, backstage, role:admin'), timePasses(5_000))
        .expect(nothingIsRemoved())
        .thenItHolds();
    },
  );
});

describe('a hub that answers no list as large as all it has', () => {
  it('is mirrored project by project', async () => {
    await given({ ...SQLITE, proxied: false, simulator: FLEET })
      .when(control('/hub/streams', { drop: 1 }))
      // Some projects are smaller, all of them together are not.
      .when(control('/hub/limits', { grpcMaxBytes: 400_000 }))
      .when(async ({ hub }) => {
        await expect(hub.call('GET', '/api/v1/applications')).rejects.toThrow(
          ': 429 ',
        );
        const { applications } = await hub.truth();
        const names = applications.map(({ metadata }) => metadata.name);
        for (const name of names.slice(0, 10)) {
          await hub.label(name, { team: 'red' });
        }
        for (const name of names.slice(-3)) {
          await hub.removeApplication(name);
        }
      })
      .expect(isTrueMeanwhile())
      .when(hubHeals())
      .thenItHolds();
  });
});

describe('an application that cannot be read', () => {
  const BROKEN = 'agent-prod';
  const breakIt = (application: any) => {
    if (application?.metadata?.name === BROKEN) {
      application.metadata.namespace = 7;
    }
  };

  it.concurrent('is named, and costs nobody else anything', async () => {
    const ends: (() => void)[] = [];
    await given(SQLITE)
      .when(({ proxy }) => {
        ends.push(
          proxy.rewrite(/stream\/applications$/, body =>
            breakIt(body.result?.application),
          ),
          proxy.rewrite(LIST, body => body.items?.forEach(breakIt)),
          proxy.rewrite(new RegExp(`applications/${BROKEN}$`), breakIt),
        );
      })
      .when(control(`/applications/${BROKEN}/health`, { status: 'Degraded' }))
      .when(control('/applications/agent-dr/health', { status: 'Degraded' }))
      .expect(async world => {
        await until(async () => {
          const hub = await world.store.hubs.get('main');
          return hub?.skipped.some(({ name }) => name === BROKEN);
        });
        await until(async () =>
          (
            await world.green.shown()
          ).rows.some(
            ({ name, health }) =>
              name === 'agent-dr' && health.status === 'Degraded',
          ),
        );
      })
      // What is stored of it would not be true any more.
      .expect(nothingIsRemoved({ but: [`argocd/${BROKEN}`] }))
      .when(() => ends.forEach(end => end()))
      .thenItHolds();
  });
});
