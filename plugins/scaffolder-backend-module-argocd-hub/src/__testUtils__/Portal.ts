import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseServiceFactory } from '@backstage/backend-defaults/database';
import {
  createMockDirectory,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import createKnex from 'knex';
import request from 'supertest';
import { parse } from 'yaml';
import type { RunningSimulator } from 'hub-simulator';

const TEMPLATE = join(
  __dirname,
  '../../../../templates/onboard-spoke/template.yaml',
);

const AGENT: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'agent',
    namespace: 'default',
    annotations: { 'argocd-hub/applicationset': 'agent-multi-cluster' },
  },
  spec: { type: 'service', owner: 'guests', lifecycle: 'production' },
};

/** What a task did, as anybody who may read tasks sees it. */
export interface FinishedTask {
  status: string;
  /** Lines of its log. */
  log: string[];
  output: Record<string, any>;
  /** All that the API tells of it. */
  record: string;
}

/** A backend with scaffolder and Argo CD Hub, on SQLite files, in front of a simulator. */
export class Portal {
  readonly logs: string[] = [];
  readonly #databases: string;
  #server: any;
  #stop: () => Promise<void> = async () => {};

  static async start(options: {
    simulator: RunningSimulator;
    /** A fresh directory; made with `createMockDirectory`. */
    directory: ReturnType<typeof createMockDirectory>;
  }): Promise<Portal> {
    const portal = new Portal(options.directory.path);
    await portal.#start(options.simulator);
    return portal;
  }

  private constructor(databases: string) {
    this.#databases = databases;
  }

  /** Asks for a task that the scaffolder must not take; answers the status. */
  async refuse(values: object): Promise<number> {
    const { status } = await request(this.#server)
      .post('/api/scaffolder/v2/tasks')
      .send({ templateRef: 'template:default/onboard-spoke', values });
    return status;
  }

  async runTemplate(
    values: object,
    secrets: Record<string, string>,
  ): Promise<FinishedTask> {
    const { body } = await request(this.#server)
      .post('/api/scaffolder/v2/tasks')
      .send({ templateRef: 'template:default/onboard-spoke', values, secrets })
      .expect(201);
    const path = `/api/scaffolder/v2/tasks/${body.id}`;
    let task: any;
    do {
      await new Promise(resolve => setTimeout(resolve, 200));
      task = (await request(this.#server).get(path).expect(200)).body;
    } while (['open', 'processing'].includes(task.status));
    const { body: events } = await request(this.#server).get(`${path}/events`);
    const done = events.find((event: any) => event.type === 'completion');
    return {
      status: task.status,
      log: events
        .filter((event: any) => event.type === 'log')
        .map((event: any) => event.body.message),
      output: done?.body.output ?? {},
      record: JSON.stringify([task, events]),
    };
  }

  async dryRun(values: object, secrets: Record<string, string>) {
    const { body } = await request(this.#server)
      .post('/api/scaffolder/v2/dry-run')
      .send({
        template: parse(readFileSync(TEMPLATE, 'utf8')),
        values,
        secrets,
        directoryContents: [],
      })
      .expect(200);
    return body.log.map((entry: any) => entry.body.message) as string[];
  }

  /** Every row of every table of every plugin. */
  async rows(): Promise<string> {
    const files = readdirSync(this.#databases).filter(file =>
      file.endsWith('.sqlite'),
    );
    const rows = await Promise.all(
      files.map(file => rowsOf(join(this.#databases, file))),
    );
    return rows.join('\n');
  }

  async stop(): Promise<void> {
    await this.#stop();
  }

  async #start({ hub }: RunningSimulator): Promise<void> {
    const logger = mockServices.rootLogger.mock({
      child: () => logger,
      ...Object.fromEntries(
        ['error', 'warn', 'info', 'debug'].map(level => [
          level,
          (message: string, meta?: Error | object) =>
            this.logs.push(
              `${level} ${message} ${
                meta instanceof Error ? meta.stack : JSON.stringify(meta)
              }`,
            ),
        ]),
      ),
    });
    const backend = await startTestBackend({
      features: [
        import('@backstage/plugin-scaffolder-backend'),
        // The real one: this tests them together, as they are installed.
        // eslint-disable-next-line @backstage/no-mixed-plugin-imports
        import('backstage-plugin-argocd-hub-backend'),
        import('../index'),
        logger.factory,
        databaseServiceFactory,
        // On, so that clusters may be changed, and with a policy that allows.
        mockServices.permissions.mock({
          authorize: allowAll,
          authorizeConditional: allowAll,
        }).factory,
        catalogServiceMock.factory({
          entities: [AGENT, parse(readFileSync(TEMPLATE, 'utf8'))],
        }),
        mockServices.rootConfig.factory({
          data: {
            backend: {
              database: {
                client: 'better-sqlite3',
                connection: { directory: this.#databases },
              },
            },
            permission: { enabled: true },
            argocdHub: {
              hubs: [
                {
                  name: 'main',
                  url: hub.url,
                  token: hub.token,
                  relist: { seconds: 2 },
                  heartbeat: { interval: { seconds: 1 } },
                },
              ],
              environments: ['staging', 'prod', 'dr', 'perf'],
              onboarding: { allowedServers: ['127.0.0.1'] },
            },
          },
        }),
      ],
    });
    this.#server = backend.server;
    this.#stop = () => backend.stop();
  }
}

async function allowAll(requests: unknown[]) {
  return requests.map(() => ({
    result: AuthorizeResult.ALLOW as AuthorizeResult.ALLOW,
  }));
}

async function rowsOf(filename: string): Promise<string> {
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
  });
  try {
    const tables = await knex('sqlite_master')
      .where({ type: 'table' })
      .pluck('name');
    const rows = await Promise.all(tables.map(table => knex(table).select()));
    return JSON.stringify(rows);
  } finally {
    await knex.destroy();
  }
}
