import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import {
  type CatalogService,
  catalogProcessingExtensionPoint,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import type {
  ClusterSummary,
  Placement,
} from 'backstage-plugin-argocd-hub-common';
import express, { Router } from 'express';
import type { Knex } from 'knex';
import catalogModule from '..';

/** What the backend of Argo CD Hub would answer; changed by tests. */
export interface HubAnswers {
  up: boolean;
  complete: boolean;
  trustworthy: boolean;
  clusters: ClusterSummary[];
  placements: Placement[];
}

export function cluster(name: string): ClusterSummary {
  return {
    hub: 'main',
    name,
    server: `https://${name}.example.com`,
    entityRef: `resource:default/${name}`,
    environment: name,
    labels: { env: name },
    applications: 1,
    verdict: {
      reachability: 'reachable',
      since: '2026-01-01T00:00:00Z',
      evidence: [],
    },
  };
}

export function placement(name: string, ...clusters: string[]): Placement {
  return {
    entityRef: `component:default/${name}`,
    clusters,
    environments: clusters,
  };
}

/**
 * A real catalog with this module, over HTTP beside a plugin that answers like
 * the backend of Argo CD Hub.
 */
export async function startCatalog(options: {
  hub: Partial<HubAnswers>;
  components: Record<string, Record<string, string>>;
  /** A database that outlives the catalog. */
  knex?: Knex;
  /** Default: so long that only what is asked for is processed again. */
  processingInterval?: { seconds: number };
}) {
  const hub: HubAnswers = {
    ...{ up: true, complete: true, trustworthy: true },
    ...{ clusters: [], placements: [] },
    ...options.hub,
  };
  const scheduler = mockServices.scheduler();
  let catalog: CatalogService | undefined;

  const components = createBackendModule({
    pluginId: 'catalog',
    moduleId: 'components',
    register(reg) {
      reg.registerInit({
        deps: {
          processing: catalogProcessingExtensionPoint,
          catalog: catalogServiceRef,
        },
        async init({ processing, catalog: service }) {
          catalog = service;
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
      argocdHub(hub),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      mockServices.rootConfig.factory({
        data: {
          catalog: {
            processingInterval: options.processingInterval ?? { hours: 1 },
          },
          argocdHub: {
            hubs: [{ name: 'main', url: 'https://main.example.com' }],
            catalog: { clusterOwner: 'platform' },
          },
        },
      }),
      ...(options.knex
        ? [mockServices.database.factory({ knex: options.knex })]
        : []),
    ],
  });

  const credentials = await mockServices.auth().getOwnServiceCredentials();
  return {
    hub,
    stop: () => backend.stop(),
    /** Everything that the module does on a schedule, once. */
    async tick() {
      await scheduler.triggerTask('argocd-hub-clusters-main');
      await scheduler.triggerTask('argocd-hub-placements');
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

function component(name: string, annotations: Record<string, string>): Entity {
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

function argocdHub(hub: HubAnswers) {
  const router = Router();
  router.use(express.json());
  router.use((_, response, next) => {
    if (hub.up) next();
    else
      response.status(503).json({ error: { name: 'Down', message: 'down' } });
  });
  router.get('/hubs', (_, response) => {
    response.json({ items: [{ name: 'main', complete: hub.complete }] });
  });
  router.get('/clusters', (_, response) => {
    response.json({ items: hub.clusters });
  });
  router.get('/placements', (_, response) => {
    const { trustworthy, placements: items } = hub;
    response.json({ cursor: 'a.1', complete: true, trustworthy, items });
  });
  return createBackendPlugin({
    pluginId: 'argocd-hub',
    register(env) {
      env.registerInit({
        deps: { httpRouter: coreServices.httpRouter },
        async init({ httpRouter }) {
          httpRouter.use(router);
        },
      });
    },
  });
}
