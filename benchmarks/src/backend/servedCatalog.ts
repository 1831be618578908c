import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { readFileSync } from 'node:fs';
import { json, Router } from 'express';

// Our backend beside a catalog that costs nothing: it has its answers ready, so
// that what the process takes is the mapping. Empty until `POST /fill`, and as it
// was written then until `POST /change`.

/** What the benchmark says of an entity. */
interface Given {
  name: string;
  annotations: Record<string, string>;
}

const wanted: Given[] = JSON.parse(
  readFileSync(process.env.BENCH_ENTITIES!, 'utf8'),
);

const catalog = createBackendPlugin({
  pluginId: 'catalog',
  register(env) {
    env.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        const byRef = new Map<string, Entity>();
        let pages = [page([], undefined)];
        const write = (given: Given[]) => {
          for (const one of given) byRef.set(refOf(one), entity(one));
          pages = cut([...byRef.values()], 500).map((items, at, { length }) =>
            page(items, at + 1 < length ? String(at + 1) : undefined),
          );
        };
        const router = Router();
        router.use(json({ limit: '10mb' }));
        router.post('/fill', (_, response) => {
          write(wanted);
          response.json({ entities: byRef.size });
        });
        router.post('/change', ({ body }, response) => {
          write([body]);
          response.json({ entities: byRef.size });
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

function refOf({ name }: Given): string {
  return `component:default/${name}`;
}

/** As much of an entity as the mapping asks for. */
function entity({ name, annotations }: Given): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', annotations },
    spec: { owner: 'group:default/guests' },
  };
}
