import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedHub } from '../../__testUtils__/faults/SimulatedHub';

/** So many applications come, change and go. */
const APPLICATIONS = 8;
/** Every so manieth change of one takes it away. */
const REMOVED_EVERY = 4;

/** Makes an application like one that is there already, or gives it other labels. */
export async function makeApplication(
  hub: SimulatedHub,
  name: string,
  labels: Record<string, string> = {},
): Promise<void> {
  const { items } = await hub.call('GET', '/api/v1/clusters');
  const server = items.find((one: any) => one.name !== 'in-cluster').server;
  // Nobody looks whether there is such a repository.
  await hub.call('POST', '/api/v1/applications?upsert=true&validate=false', {
    metadata: { name, labels },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example.com/churn', path: 'deploy' },
      destination: { server, namespace: name },
    },
  });
}

/** Changes that go on at a hub all the time, until they are stopped. */
export class Churn {
  readonly #hub: SimulatedHub;
  readonly #everyMs: number;
  readonly #running: Promise<void>;
  #stopped = false;

  static start(hub: SimulatedHub, options: { everyMs: number }): Churn {
    return new Churn(hub, options);
  }

  private constructor(hub: SimulatedHub, options: { everyMs: number }) {
    this.#hub = hub;
    this.#everyMs = options.everyMs;
    this.#running = this.#run();
    // Told when it is stopped.
    this.#running.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let count = 0; !this.#stopped; count += 1) {
      const name = `churn-${count % APPLICATIONS}`;
      const turn = Math.floor(count / APPLICATIONS) % REMOVED_EVERY;
      await (turn === REMOVED_EVERY - 1
        ? this.#hub.removeApplication(name)
        : makeApplication(this.#hub, name, { churn: `${count}` }));
      await delay(this.#everyMs);
    }
  }
}
