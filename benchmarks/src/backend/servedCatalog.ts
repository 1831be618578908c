import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { readFileSync } from 'node:fs';
import { json, Router } from 'express';

// Our backend beside a catalog that costs nothing: it has its answers ready, so
// that what the process takes is the mapping. Empty until `POST /fill`.

/** A name and a selector for each entity. */
const wanted: [string, string][] = JSON.parse(
  readFileSync(process.env.BENCH_ENTITIES!, 'utf8'),
);

const catalog = createBackendPlugin({
  pluginId: 'catalog',
  register(env) {
    env.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        const all = wanted.map(entity);
        const byRef = new Map(
          all.map(it => [`component:default/${it.metadata.name}`, it]),
        );
        let pages = [page([], undefined)];
        const router = Router();
        router.use(json({ limit: '10mb' }));
        router.post('/fill', (_, response) => {
          pages = cut(all, 500).map((items, at, { length }) =>
            page(items, at + 1 < length ? String(at + 1) : undefined),
          );
          response.json({ entities: all.length });
        });
        router.get('/entities/by-query', ({ query }, response) => {
          const body = pages[Number(query.cursor ?? 0)];
          response.type('application/json').send(body);
        });
        router.post('/entities/by-refs', ({ body }, response) => {
          const refs: string[] = body.entityRefs;
          response.json({ items: refs.map(ref => byRef.get(ref) ?? null) });
        });
        httpRouter.use(router);
      },
    });
  },
});

const backend = createBackend();
backend.add(catalog);
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('backstage-plugin-argocd-hub-backend'));
backend.start();

function page(items: Entity[], nextCursor: string | undefined): string {
  const pageInfo = { ...(nextCursor && { nextCursor }) };
  return JSON.stringify({ items, totalItems: wanted.length, pageInfo });
}

function cut<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}

/** As much of an entity as the mapping asks for. */
function entity([name, selector]: [string, string]): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'argocd/app-selector': selector },
    },
    spec: { owner: 'group:default/guests' },
  };
}
