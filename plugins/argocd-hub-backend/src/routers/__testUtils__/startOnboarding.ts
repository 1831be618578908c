import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import type { Knex } from 'knex';
import type { World } from '../../clusters/__testUtils__/world';
import { Mapping } from '../../mapping/Mapping';
import { DatabaseStore } from '../../store/DatabaseStore';
import { checkAnswers } from '../../schema/__testUtils__/checkAnswers';
import { createRouter } from '../createRouter';
import { registerPermissions } from '../../permissions/registerPermissions';
import { CONFIG } from './startRouter';

const PLATFORM = 'user:default/platform';
/** Whoever may onboard; nobody else may. */
export const platform = {
  Authorization: mockCredentials.user.header(PLATFORM),
};

/** Everything that the backend said while a test ran. */
class Ear {
  readonly heard: string[] = [];
  readonly logger = mockServices.rootLogger.mock({
    child: () => this.logger,
    ...Object.fromEntries(
      ['error', 'warn', 'info', 'debug'].map(level => [
        level,
        (message: string, meta?: object) => this.hear(level, message, meta),
      ]),
    ),
  });
  readonly createEvent = jest.fn(async (event: any) => {
    const { request: _request, ...told } = event;
    this.hear('audit', told);
    return {
      success: async (outcome?: object) => this.hear('audit success', outcome),
      fail: async (outcome: any) => this.hear('audit failure', outcome),
    };
  });

  hear(...parts: unknown[]) {
    this.heard.push(
      parts
        .map(part =>
          JSON.stringify(part, (_key, value) =>
            value instanceof Error
              ? { ...value, message: value.message, stack: value.stack }
              : value,
          ),
        )
        .join(' '),
    );
  }
}

async function decide(requests: unknown[], { credentials }: any) {
  const { userEntityRef } = credentials.principal;
  const result =
    userEntityRef === PLATFORM ? AuthorizeResult.ALLOW : AuthorizeResult.DENY;
  return requests.map(() => ({ result }));
}

/** The onboarding routes on a real HTTP server, in front of a simulated world. */
export async function startOnboarding(
  world: World,
  options: { permissionsEnabled?: boolean; dangerously?: boolean } = {},
) {
  const ear = new Ear();
  let knex: Knex | undefined;
  const backend = await startTestBackend({
    features: [
      ear.logger.factory,
      catalogServiceMock.factory({ entities: [] }),
      createServiceFactory({
        service: signalsServiceRef,
        deps: {},
        factory: () => ({ publish: async () => {} }),
      }),
      mockServices.auditor.mock({ createEvent: ear.createEvent }).factory,
      mockServices.permissions.mock({
        authorize: decide,
        authorizeConditional: decide,
      }).factory,
      createBackendPlugin({
        pluginId: 'argocd-hub',
        register(env) {
          env.registerInit({
            deps: {
              auditor: coreServices.auditor,
              auth: coreServices.auth,
              catalog: catalogServiceRef,
              database: coreServices.database,
              httpAuth: coreServices.httpAuth,
              httpRouter: coreServices.httpRouter,
              logger: coreServices.logger,
              permissions: coreServices.permissions,
              permissionsRegistry: coreServices.permissionsRegistry,
              signals: signalsServiceRef,
            },
            async init({ database, httpRouter, logger, ...services }) {
              knex = await database.getClient();
              const store = await DatabaseStore.create({ database, logger });
              const config = {
                ...CONFIG,
                onboarding: world.context.config.onboarding,
                dangerouslyAllowWritesWithoutPermissions:
                  options.dangerously ?? false,
              };
              registerPermissions({ ...services, config, store });
              const mapping = new Mapping({
                ...services,
                config,
                store,
                logger,
              });
              httpRouter.use(checkAnswers);
              httpRouter.use(
                createRouter({
                  ...services,
                  config,
                  store,
                  mapping,
                  logger,
                  hubs: new Map([['main', world.client]]),
                  permissionsEnabled: options.permissionsEnabled ?? true,
                }),
              );
            },
          });
        },
      }),
    ],
  });
  return {
    ear,
    server: backend.server,
    dump: () => dump(knex!),
    stop: async () => {
      await backend.stop();
      await knex!.destroy(); // a backend leaves SQLite open, which keeps Jest alive
    },
  };
}

/** Every row of every table. */
async function dump(knex: Knex): Promise<string> {
  const tables = await knex('sqlite_master')
    .where({ type: 'table' })
    .pluck('name');
  const rows = await Promise.all(tables.map(table => knex(table).select()));
  return JSON.stringify(rows);
}
