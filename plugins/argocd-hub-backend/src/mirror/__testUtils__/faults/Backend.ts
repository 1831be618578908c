import { mockServices } from '@backstage/backend-test-utils';
import knexFactory, { type Knex } from 'knex';
import type { ArgocdHubConfig } from '../../../config';
import { DatabaseStore } from '../../../store/DatabaseStore';
import type { StoreChange } from '../../../store/Store';
import { Mirrors } from '../../Mirrors';
import type { MirrorTiming } from '../../timing';
import type { WriteWatch } from './WriteWatch';

/** What one backend process does: its own connections, store, clients and mirrors. */
export class Backend {
  readonly name: string;
  readonly store: DatabaseStore;
  readonly mirrors: Mirrors;
  /** What listeners of this process were told. */
  readonly changes: StoreChange[];
  readonly #own?: Knex;

  static async start(options: {
    config: ArgocdHubConfig;
    knex: Knex;
    name: string;
    writes: WriteWatch;
    timing: Partial<MirrorTiming>;
  }): Promise<Backend> {
    const { config, knex, name, writes, timing } = options;
    const own = connectionsOf(knex, name);
    if (own) {
      writes.listen(own);
    }
    const store = await DatabaseStore.create({
      database: mockServices.database({ knex: own ?? knex }),
      logger: mockServices.logger.mock(),
    });
    const changes: StoreChange[] = [];
    const mirrors = Mirrors.create({
      config,
      store,
      logger: mockServices.logger.mock({
        child: () => mockServices.logger.mock(),
      }),
      timing,
      onChange: change => changes.push(change),
    });
    mirrors.start();
    return new Backend({ name, store, mirrors, changes }, own);
  }

  private constructor(
    parts: Pick<Backend, 'name' | 'store' | 'mirrors' | 'changes'>,
    own: Knex | undefined,
  ) {
    this.name = parts.name;
    this.store = parts.store;
    this.mirrors = parts.mirrors;
    this.changes = parts.changes;
    this.#own = own;
  }

  async stop(): Promise<void> {
    await this.mirrors.stop();
    await this.#own?.destroy();
  }

  /** Loses the database for good, as a killed process: its leases stay taken. */
  async crash(): Promise<void> {
    await this.#own?.destroy();
    await this.mirrors.stop();
  }
}

/** SQLite lives in one connection; elsewhere each backend has a pool that bears its name. */
function connectionsOf(knex: Knex, name: string): Knex | undefined {
  const { client, connection } = knex.client.config;
  return client.includes('sqlite')
    ? undefined
    : knexFactory({
        client,
        connection: { ...connection, application_name: name },
        pool: { min: 0, max: 10 },
      });
}
