import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import {
  type CatalogService,
  catalogProcessingExtensionPoint,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import catalogModule from '..';
import { FakeHub, type HubAnswers } from './FakeHub';

export interface CatalogOptions {
  hub: Partial<HubAnswers>;
  /** Names of components -> annotations. */
  components: Record<string, Record<string, string>>;
  /** A database that outlives the catalog. */
  knex?: Knex;
  /** Default: so long that only what is asked for is processed again. */
  processingInterval?: { seconds: number };
  /** What stands under `argocdHub.catalog`. */
  config?: JsonObject;
  features?: Parameters<typeof startTestBackend>[0]['features'];
}

/**
 * A real catalog with this module, over HTTP beside a plugin that answers like
 * the backend of Argo CD Hub.
 */
export async function startCatalog(options: CatalogOptions) {
  const hub = new FakeHub(options.hub);
  const scheduler = mockServices.scheduler();
  const logger: ReturnType<typeof mockServices.logger.mock> =
    mockServices.logger.mock({ child: () => logger });
  let catalog: CatalogService | undefined;
  let knex: Knex | undefined;

  const components = createBackendModule({
    pluginId: 'catalog',
    moduleId: 'components',
    register(reg) {
      reg.registerInit({
        deps: {
          processing: catalogProcessingExtensionPoint,
          catalog: catalogServiceRef,
          database: coreServices.database,
        },
        async init({ processing, catalog: service, database }) {
          catalog = service;
          knex = await database.getClient();
          processing.addEntityProvider({
            getProviderName: () => 'components',
            connect: connection =>
              connection.applyMutation({
                type: 'full',
                entities: Object.entries(options.components).map(
                  ([name, annotations]) => ({
                    entity: component(name, annotations),
                  }),
                ),
              }),
          });
        },
      });
    },
  });

  const backend = await startTestBackend({
    features: [
      import('@backstage/plugin-catalog-backend'),
      catalogModule,
      components,
      hub.plugin(),
      logger.factory,
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      mockServices.rootConfig.factory({ data: configOf(options) }),
      ...(options.knex
        ? [mockServices.database.factory({ knex: options.knex })]
        : []),
      ...(options.features ?? []),
    ],
  });

  const credentials = await mockServices.auth().getOwnServiceCredentials();
  return {
    ...{ hub: hub.answers, server: backend.server, scheduler },
    requests: () => hub.requests,
    warnings: () => logger.warn.mock.calls.map(([text]) => text),
    async stop() {
      await backend.stop();
      // A backend leaves SQLite open, which keeps Jest alive.
      if (!options.knex) await knex!.destroy();
    },
    /** Everything that the module does on a schedule, once. */
    async tick() {
      for (const task of ['clusters-main', 'clusters-edge', 'placements']) {
        await scheduler.triggerTask(`argocd-hub-${task}`);
      }
    },
    entity: (entityRef: string) =>
      catalog!.getEntityByRef(entityRef, { credentials }),
    async remove(entityRef: string) {
      const entity = await catalog!.getEntityByRef(entityRef, { credentials });
      await catalog!.removeEntityByUid(entity!.metadata.uid!, { credentials });
    },
    async clusterNames() {
      const { items } = await catalog!.getEntities(
        { filter: { kind: 'Resource' } },
        { credentials },
      );
      return items.map(({ metadata }) => metadata.name).sort();
    },
  };
}

export type StartedCatalog = Awaited<ReturnType<typeof startCatalog>>;

function configOf({ processingInterval, config }: CatalogOptions): JsonObject {
  return {
    catalog: { processingInterval: processingInterval ?? { hours: 1 } },
    argocdHub: {
      hubs: ['main', 'edge'].map(name => ({
        name,
        url: `https://${name}.example.com`,
      })),
      catalog: { clusterOwner: 'platform', ...config },
    },
  };
}

export function component(
  name: string,
  annotations: Record<string, string> = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      annotations: {
        'backstage.io/managed-by-location': 'url:http://example.com',
        'backstage.io/managed-by-origin-location': 'url:http://example.com',
        ...annotations,
      },
    },
    spec: { type: 'service', owner: 'guests', lifecycle: 'production' },
  };
}
