import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { DatabaseStore } from '../../store/DatabaseStore';
import { ModelHub, VERSION } from '../__testUtils__/faults/ModelHub';
import { ModelMirror } from '../__testUtils__/faults/ModelMirror';

jest.setTimeout(240_000);

// A second list is asked for five seconds after the first: here at once.
jest.mock('../../async/time', () => ({
  ...jest.requireActual('../../async/time'),
  sleep: async () => {},
}));

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const RUNS = 150;

/** The same names in two namespaces: they are not the same applications. */
const KEYS = ['argocd/a', 'argocd/b', 'argocd/c', 'team/a', 'team/b'];

type Command =
  | { do: 'put'; key: string; health: string }
  | { do: 'remove'; key: string }
  | { do: 'deliver'; count: number }
  | { do: 'drop'; count: number }
  | { do: 'repeat' }
  | { do: 'swap' }
  | { do: 'cut' }
  | {
      do: 'list';
      behind: number;
      meanwhile: Command[];
      meanwhileSingle: Command[];
    };

const key = fc.constantFrom(...KEYS);
const count = fc.integer({ min: 1, max: 4 });
const put = fc.record({
  do: fc.constant('put' as const),
  key,
  health: fc.constantFrom('Healthy', 'Degraded', 'Progressing'),
});
const remove = fc.record({ do: fc.constant('remove' as const), key });
const deliver = fc.record({ do: fc.constant('deliver' as const), count });
const simple: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: put },
  { weight: 2, arbitrary: remove },
  { weight: 5, arbitrary: deliver },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('drop' as const), count }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Command>(
      { do: 'repeat' },
      { do: 'swap' },
      { do: 'cut' },
    ),
  },
);
const list: fc.Arbitrary<Command> = fc.record({
  do: fc.constant('list' as const),
  behind: fc.integer({ min: 0, max: 6 }),
  meanwhile: fc.array(fc.oneof(put, remove, deliver), { maxLength: 6 }),
  meanwhileSingle: fc.array(fc.oneof(put, remove, deliver), { maxLength: 4 }),
});
const commands = fc.array(
  fc.oneof({ weight: 5, arbitrary: simple }, { weight: 1, arbitrary: list }),
  { maxLength: 40 },
);

/** Carries commands out, and checks after each what must always hold. */
class Play {
  readonly #hub: ModelHub;
  readonly #mirror: ModelMirror;
  /** Version of what the stream told last of an application; of deletions too. */
  readonly #told = new Map<string, number>();

  static async begin(store: DatabaseStore, name: string): Promise<Play> {
    const hub = new ModelHub();
    return new Play(hub, await ModelMirror.start({ hub, store, name }));
  }

  private constructor(hub: ModelHub, mirror: ModelMirror) {
    this.#hub = hub;
    this.#mirror = mirror;
  }

  async run(command: Command): Promise<void> {
    const { underWay } = this.#hub;
    switch (command.do) {
      case 'put':
        this.#hub.put(command.key, command.health);
        break;
      case 'remove':
        this.#hub.remove(command.key);
        break;
      case 'deliver':
        await this.#deliver(command.count);
        break;
      case 'drop':
        underWay.splice(0, command.count);
        break;
      case 'repeat':
        underWay.unshift(...underWay.slice(0, 1));
        break;
      case 'swap':
        underWay.unshift(...underWay.splice(0, 2).reverse());
        break;
      case 'cut':
        underWay.splice(0);
        break;
      default:
        await this.#list(command);
    }
  }

  /** After one honest list everything is as it is at the hub. */
  async end(): Promise<void> {
    this.#hub.underWay.splice(0);
    await this.#mirror.list({ behind: 0 });
    expect(await this.#stored()).toEqual(
      Object.fromEntries(
        [...this.#hub.applications].map(([name, application]) => [
          name,
          {
            version: versionOf(application.metadata.labels),
            health: application.status!.health!.status,
          },
        ]),
      ),
    );
  }

  async stop(): Promise<void> {
    await this.#mirror.stop();
  }

  async #deliver(wanted: number): Promise<void> {
    for (const event of this.#hub.underWay.splice(0, wanted)) {
      const { namespace, name, labels } = event.application.metadata;
      this.#told.set(
        `${namespace}/${name}`,
        // What comes after a deletion is newer than what was deleted.
        versionOf(labels) + (event.type === 'DELETED' ? 0.5 : 0),
      );
      await this.#mirror.deliver(event);
    }
  }

  async #list(command: Command & { do: 'list' }): Promise<void> {
    const before = await this.#stored();
    const gone = new Set<string>();
    const noteGone = () =>
      Object.keys(before)
        .filter(name => !this.#hub.applications.has(name))
        .forEach(name => gone.add(name));
    const meanwhile = (commandsThen: Command[]) => async () => {
      for (const one of commandsThen) {
        await this.run(one);
        noteGone();
      }
    };
    noteGone();
    await this.#mirror.list({
      behind: command.behind,
      meanwhile: meanwhile(command.meanwhile),
      meanwhileSingle: meanwhile(command.meanwhileSingle),
    });
    const after = await this.#stored();
    for (const [name, { version }] of Object.entries(after)) {
      expect(version).toBeGreaterThanOrEqual(this.#told.get(name) ?? 0);
    }
    for (const name of Object.keys(before)) {
      // A list that lacks what was there all the time is no reason.
      if (!gone.has(name) && Number.isInteger(this.#told.get(name) ?? 0)) {
        expect(Object.keys(after)).toContain(name);
      }
    }
  }

  async #stored() {
    const stored = await this.#mirror.stored();
    return Object.fromEntries(
      [...stored].map(([name, { labels, health }]) => [
        name,
        { version: versionOf(labels), health },
      ]),
    );
  }
}

function versionOf(labels: Record<string, string> | undefined): number {
  return Number(labels?.[VERSION] ?? 0);
}

describe('whatever a hub does and however its events arrive', () => {
  let store: DatabaseStore;
  let runs = 0;

  beforeAll(async () => {
    const knex = await databases.init('SQLITE_3');
    store = await DatabaseStore.create({
      database: mockServices.database({ knex }),
      logger: mockServices.logger.mock(),
    });
  });

  it('no list undoes an event or removes alone, and an honest one makes all true', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async all => {
        runs += 1;
        const play = await Play.begin(store, `hub-${runs}`);
        try {
          for (const command of all) {
            await play.run(command);
          }
          await play.end();
        } finally {
          await play.stop();
        }
      }),
      { numRuns: RUNS },
    );
  });
});
