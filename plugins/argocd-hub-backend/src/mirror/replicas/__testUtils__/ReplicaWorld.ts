import { randomBytes } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import {
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from 'hub-simulator';
import createKnex, { type Knex } from 'knex';
import { SimulatedHub } from '../../__testUtils__/faults/SimulatedHub';
import { differences, refuse } from '../../__testUtils__/faults/truth';
import { until } from '../../__testUtils__/MirrorWorld';
import { DatabaseStore } from '../../../store/DatabaseStore';
import { ChildProcess } from './ChildProcess';
import { freePort, type OwnPostgres } from './OwnPostgres';
import { Replica, TOKEN } from './Replica';
import { WriteLog } from './WriteLog';

const APPLICATION_NAME = 'the test itself';

/** An entity, and the one application that it asks for, which no hub has at first. */
export const EXTRA = 'extra';

/** A server that tests may share, where there is one. */
export const SHARED_POSTGRES =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING;

/** Hubs, a database that notes every write, and the replicas of a backend. */
export class ReplicaWorld {
  readonly simulator: RunningSimulator;
  readonly knex: Knex;
  readonly store: DatabaseStore;
  readonly writes: WriteLog;
  readonly #connection: URL;
  readonly #prefix: string;
  readonly #children: ChildProcess[] = [];
  readonly #hubs = new Map<string, SimulatedHub>();

  static async start(options: {
    /** A shared one is used without. */
    postgres?: OwnPostgres;
    simulator: SimulatorOptions;
  }): Promise<ReplicaWorld> {
    const { postgres } = options;
    const connection = new URL(
      postgres
        ? `postgresql://postgres@127.0.0.1:${postgres.port}/postgres`
        : SHARED_POSTGRES!,
    );
    const prefix = `replicas_${randomBytes(4).toString('hex')}_`;
    const admin = connect(connection, 'postgres');
    await admin.raw('create database ??', [`${prefix}argocd-hub`]);
    await admin.destroy();
    const knex = connect(connection, `${prefix}argocd-hub`);
    const store = await DatabaseStore.create({
      database: mockServices.database({ knex }),
      logger: mockServices.logger.mock(),
    });
    const writes = await WriteLog.attach(knex);
    const simulator = await startSimulator(options.simulator);
    return new ReplicaWorld({
      knex,
      store,
      writes,
      simulator,
      connection,
      prefix,
    });
  }

  private constructor(parts: {
    knex: Knex;
    store: DatabaseStore;
    writes: WriteLog;
    simulator: RunningSimulator;
    connection: URL;
    prefix: string;
  }) {
    this.knex = parts.knex;
    this.store = parts.store;
    this.writes = parts.writes;
    this.simulator = parts.simulator;
    this.#connection = parts.connection;
    this.#prefix = parts.prefix;
  }

  get hubs(): { name: string; url: string; token: string }[] {
    const { hub, hubs } = this.simulator;
    return hubs ?? [{ name: 'main', ...hub }];
  }

  /** Where a process finds the server. */
  #connectionOf(applicationName: string) {
    const { hostname, port, username, password } = this.#connection;
    return {
      host: hostname,
      port: Number(port || 5432),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      application_name: applicationName,
    };
  }

  /** A backend of its own process, which serves when this resolves. */
  async replica(
    name: string,
    options: { clockOffsetMs?: number; pool?: object } = {},
  ): Promise<Replica> {
    const port = await freePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    const services = await this.#services();
    const replica = await Replica.start(name, baseUrl, {
      clockOffsetMs: options.clockOffsetMs ?? 0,
      entities: [
        component(EXTRA, { 'argocd/app-name': EXTRA }),
        ...services.map(service =>
          component(service, { 'argocd-hub/applicationset': service }),
        ),
      ],
      config: {
        app: { baseUrl },
        backend: {
          baseUrl,
          listen: { host: '127.0.0.1', port },
          auth: {
            externalAccess: [
              { type: 'static', options: { token: TOKEN, subject: 'tests' } },
            ],
          },
          database: {
            client: 'pg',
            prefix: this.#prefix,
            connection: this.#connectionOf(name),
            ...(options.pool && { knexConfig: { pool: options.pool } }),
          },
        },
        ...this.#config(),
      },
    });
    this.#children.push(replica);
    return replica;
  }

  /** A process that only mirrors. */
  async mirror(
    name: string,
    options: { leaseTtlMs: number },
  ): Promise<ChildProcess> {
    const setup = { ...options, config: this.#config() };
    return this.#child(name, {
      entry: 'mirrorProcess.ts',
      setup,
      begun: 'started',
    });
  }

  /** A process that takes a lease and asks this in the middle of a write. */
  async writer(
    name: string,
    setup: { leaseTtlMs: number; resource: string; query: string },
  ): Promise<ChildProcess> {
    return this.#child(name, {
      entry: 'writerProcess.ts',
      setup,
      begun: 'writing',
    });
  }

  /** Name of the replica that holds the lease of a hub, by what it was last taken under. */
  async holder(hub = 'main'): Promise<string | undefined> {
    const row = await this.knex('write_log')
      .where({ relation: 'leases', hub })
      .orderBy('id', 'desc')
      .first();
    const lease = await this.knex('leases').where({ resource: hub }).first();
    return lease && Number(lease.expires_at) > Date.now()
      ? row?.writer
      : undefined;
  }

  async epoch(hub = 'main'): Promise<number> {
    const row = await this.knex('leases').where({ resource: hub }).first();
    return row?.epoch ?? 0;
  }

  /** A hub from behind. */
  hub(name = 'main'): SimulatedHub {
    const hub = this.#hubs.get(name) ?? new SimulatedHub(this.simulator, name);
    this.#hubs.set(name, hub);
    return hub;
  }

  /** Until the database is the hub's truth; changes that go on may hide it for a moment. */
  async settled(hub = 'main', withinMs = 60_000): Promise<void> {
    let found: string[] = [];
    await until(async () => {
      const { store, knex } = this;
      found = await differences({ hub: this.hub(hub), store, knex });
      const isComplete = (await store.hubs.get(hub))?.complete;
      return isComplete && found.length === 0;
    }, withinMs).catch(() =>
      refuse([...found, 'or never complete'], `${hub} is not as it is stored`),
    );
  }

  /** @throws an Error when something was written that should not be, or a process failed */
  async judge(): Promise<void> {
    const found = [
      ...(await this.writes.faults()),
      ...this.#children.flatMap(child => child.faults()),
    ];
    refuse(found, 'Replicas did what they must not do');
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      await child.end('SIGKILL');
    }
    await Promise.all([...this.#hubs.values()].map(hub => hub.stop()));
    await this.simulator.stop();
    await this.knex.destroy();
  }

  async #child(
    name: string,
    options: { entry: string; setup: object; begun: string },
  ): Promise<ChildProcess> {
    const { entry, setup, begun } = options;
    const database = `${this.#prefix}argocd-hub`;
    const connection = { ...this.#connectionOf(name), database };
    const child = new ChildProcess({
      name,
      entry,
      setup: { ...setup, connection },
    });
    this.#children.push(child);
    await child.began(async () => child.log.includes(begun));
    return child;
  }

  #config() {
    const hubs = this.hubs.map(({ name, url, token }) => ({
      name,
      url,
      token,
    }));
    return { argocdHub: { hubs } };
  }

  async #services(): Promise<string[]> {
    const [{ url, token }] = this.hubs;
    const response = await fetch(`${url}/api/v1/applicationsets`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const { items } = await response.json();
    return items.map((one: any) => one.metadata.name);
  }
}

function component(name: string, annotations: Record<string, string>): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, annotations },
  };
}

function connect(server: URL, database: string): Knex {
  const url = new URL(server);
  url.pathname = `/${database}`;
  url.searchParams.set('application_name', APPLICATION_NAME);
  return createKnex({
    client: 'pg',
    connection: url.toString(),
    pool: { min: 0, max: 4 },
  });
}
