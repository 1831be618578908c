import { TestDatabases } from '@backstage/backend-test-utils';
import type { RunningSimulator } from 'hub-simulator';
import type { Store } from '../../store/Store';
import { MirrorWorld, until } from '../__testUtils__/MirrorWorld';

jest.setTimeout(240_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const LIVE_READS = /\/(events|resource-tree)$|refresh/;
/** A moment for calls that are under way, and for what waits in between at a busy machine. */
const BURST = 4;

/**
 * How often the hub was asked about clusters and their trees, as the hub itself
 * counts it.
 */
class HubMeter {
  readonly #control: string;
  readonly #samples: { at: number; calls: number }[] = [];
  #measuring = true;
  readonly #done: Promise<void>;

  constructor(simulator: RunningSimulator) {
    this.#control = simulator.control.url;
    this.#done = this.#measure();
  }

  get calls(): number {
    return this.#samples.at(-1)?.calls ?? 0;
  }

  async #measure(): Promise<void> {
    while (this.#measuring) {
      const response = await fetch(`${this.#control}/hub/requests`);
      const { requests } = (await response.json()) as {
        requests: Record<string, number>;
      };
      const calls = Object.entries(requests)
        .filter(([path]) => LIVE_READS.test(path))
        .reduce((sum, [, count]) => sum + count, 0);
      this.#samples.push({ at: performance.now(), calls });
      await new Promise(resolve => setTimeout(resolve, 250));
    }
  }

  /** Waits until the hub was asked so often from now on. */
  async countsTo(calls: number): Promise<void> {
    const goal = this.calls + calls;
    await until(() => this.calls >= goal, 90_000);
  }

  /** The most that there were in any span of at least a second, beyond what the span allows. */
  async excess(perSecond: number): Promise<number> {
    this.#measuring = false;
    await this.#done;
    let worst = -Infinity;
    this.#samples.forEach((from, index) => {
      for (const to of this.#samples.slice(index + 1)) {
        const seconds = (to.at - from.at) / 1_000;
        if (seconds >= 1) {
          worst = Math.max(worst, to.calls - from.calls - seconds * perSecond);
        }
      }
    });
    return worst;
  }
}

describe('a fleet of 500 clusters', () => {
  it('costs the hub ten live reads a second at most: cold, with Redis flushed, and with all dead', async () => {
    const world = await MirrorWorld.start({
      knex: await databases.init('SQLITE_3'),
      hub: { heartbeat: { intervalMs: 30_000, maxPerSecond: 10 } },
      simulator: { applications: 1_000, clusters: 500, idleNoise: false },
    });
    const { simulator } = world;
    const control = (path: string, body: object) => world.control(path, body);
    const meter = new HubMeter(simulator);
    try {
      // Cold: trees and first heartbeats.
      world.mirror();
      await meter.countsTo(120);
      const known = await goodOnes(world.store);
      expect(known.length).toBeGreaterThan(20);

      await control('/hub/redis/flush', {});
      await meter.countsTo(50);

      for (const { name } of simulator.spokes) {
        await control(`/spokes/${name}/break`, { kind: 'black-holed' });
      }
      await meter.countsTo(80);
      for (const { facts } of await world.store.clusters.list()) {
        expect(facts.verdict?.reachability).not.toBe('unreachable');
      }
      expect(await meter.excess(10)).toBeLessThanOrEqual(BURST);
    } finally {
      await meter.excess(10);
      await world.stop();
    }
  });
});

describe('a fleet of which a third dies in silence', () => {
  it('has the others asked as often as before, and the dead ones found', async () => {
    const CLUSTERS = 60;
    const PER_SECOND = 40;
    const world = await MirrorWorld.start({
      knex: await databases.init('SQLITE_3'),
      hub: {
        heartbeat: { intervalMs: 3_000, maxPerSecond: PER_SECOND },
      },
      simulator: { applications: 150, clusters: CLUSTERS, idleNoise: false },
    });
    const { simulator } = world;
    const meter = new HubMeter(simulator);
    try {
      world.mirror();
      const used = (
        await until(async () => {
          const clusters = await world.store.clusters.list();
          const probed = clusters.filter(({ facts }) => facts.applications > 0);
          return probed.length > CLUSTERS / 2 &&
            probed.every(
              ({ facts }) => facts.verdict?.reachability === 'reachable',
            )
            ? probed
            : undefined;
        }, 60_000)
      ).map(({ name }) => name);
      const dead = used.slice(0, used.length / 3);
      for (const name of dead) {
        await world.control(`/spokes/${name}/break`, { kind: 'black-holed' });
      }

      // Who waited for a dead one to time out would not be asked within three intervals.
      await until(async () => {
        const clusters = await world.store.clusters.list();
        const others = clusters.filter(
          ({ name }) => used.includes(name) && !dead.includes(name),
        );
        expect(
          others.filter(
            ({ facts }) => facts.verdict?.reachability !== 'reachable',
          ),
        ).toEqual([]);
        return clusters.every(
          ({ name, facts }) =>
            !dead.includes(name) ||
            (facts.verdict?.reachability === 'unreachable' &&
              facts.heartbeat.reason === 'timeout'),
        );
      }, 60_000);
      expect(await meter.excess(PER_SECOND)).toBeLessThanOrEqual(
        BURST * (PER_SECOND / 10),
      );
    } finally {
      await meter.excess(PER_SECOND);
      await world.stop();
    }
  });
});

async function goodOnes(store: Store): Promise<string[]> {
  return (await store.clusters.list()).flatMap(({ name, facts }) =>
    facts.heartbeat.goodAt ? [name] : [],
  );
}
