import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import {
  type CatalogProcessor,
  catalogProcessingExtensionPoint,
} from '@backstage/plugin-catalog-node';
import { Router } from 'express';
import { type CatalogTurns, takeCatalogTurns } from './catalogTurns';

// Our catalog module in a backend whose catalog only times its processor.

const ENTITIES = 10_000;
const CLUSTERS = 500;
/** Clusters of one entity. */
const CELL = 50;
const ROUNDS = 7;

const names = Array.from({ length: CLUSTERS }, (_, index) => `spoke-${index}`);
const entities = Array.from({ length: ENTITIES }, (_, index) => entity(index));

const catalog = createBackendPlugin({
  pluginId: 'catalog',
  register(env) {
    const processors: CatalogProcessor[] = [];
    env.registerExtensionPoint(catalogProcessingExtensionPoint, {
      addProcessor: (...added) => {
        processors.push(...added.flat());
      },
      addEntityProvider() {},
      addPlaceholderResolver() {},
      setOnProcessingErrorHandler() {},
    });
    env.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        const router = Router();
        let turns: Promise<CatalogTurns> | undefined;
        router.get('/turns', async (_, response, next) => {
          try {
            const [processor] = processors;
            if (!(await isLoaded(processor))) {
              response.status(503).end();
              return;
            }
            turns ??= takeCatalogTurns({ processor, entities, rounds: ROUNDS });
            response.json(await turns);
          } catch (error) {
            next(error);
          }
        });
        httpRouter.use(router);
      },
    });
  },
});

const hub = createBackendPlugin({
  pluginId: 'argocd-hub',
  register(env) {
    env.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        const router = Router();
        router.get('/placements', (_, response) => {
          response.json({
            ...{ cursor: 'a.1', complete: true, trustworthy: true },
            items: entities.map(({ metadata }, index) => ({
              entityRef: `component:default/${metadata.name}`,
              clusters: cell(index),
              environments: ['staging', 'prod'],
            })),
          });
        });
        httpRouter.use(router);
      },
    });
  },
});

const backend = createBackend();
backend.add(catalog);
backend.add(hub);
backend.add(import('backstage-plugin-catalog-backend-module-argocd-hub'));
backend.start();

async function isLoaded(processor: CatalogProcessor): Promise<boolean> {
  const { written } = await takeCatalogTurns({
    ...{ processor, rounds: 0 },
    entities: entities.slice(0, 1),
  });
  return written > 0;
}

function cell(index: number): string[] {
  const first = index % (CLUSTERS - CELL);
  return names.slice(first, first + CELL).sort();
}

function entity(index: number): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: `service-${index}`,
      description: 'One of many services',
      annotations: {
        'backstage.io/managed-by-location': 'url:https://example.com',
        'backstage.io/managed-by-origin-location': 'url:https://example.com',
        'argocd/app-selector': `app=service-${index}`,
      },
      labels: { tier: 'web' },
      tags: ['java'],
    },
    spec: { type: 'service', owner: 'guests', lifecycle: 'production' },
  };
}
