import {
  clusterReadPermission,
  type Deployment,
} from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type {
  ApplicationKey,
  StoredApplication,
} from '../store/ApplicationStore';
import type { Store } from '../store/Store';
import type { Access } from './access';
import { deploymentsOf } from '../estate/deployments';
import type { Estate } from '../estate/Estate';
import type { EstateReader } from '../estate/EstateReader';
import {
  cursorText,
  decodeCursor,
  encodeCursor,
  MAX_PAGE,
} from '../estate/paging';
import {
  clusterName,
  hubName,
  pageSize,
  parse,
  searchText,
} from './validation';

const listQuery = z.object({
  hub: hubName.optional(),
  cluster: clusterName.optional(),
  environment: searchText.optional(),
  project: searchText.optional(),
  q: searchText.optional(),
  cursor: cursorText.optional(),
  limit: pageSize.default(MAX_PAGE),
});
type Query = z.infer<typeof listQuery>;

const position = z.object({
  hub: z.string(),
  namespace: z.string(),
  name: z.string(),
});

/** Rows that one request looks at; a page may come out short, with a cursor to go on. */
const MAX_SCANNED = 5_000;

/** `GET /deployments`: the fleet. */
export function createFleetRouter(options: {
  access: Access;
  estates: EstateReader;
  store: Store;
}): Router {
  const { access, estates, store } = options;
  const router = PromiseRouter();

  router.get('/deployments', async (request, response) => {
    await access.collection(request, clusterReadPermission);
    const query = parse(listQuery, request.query);
    const after = decodeCursor(position, query.cursor);
    const estate = await estates.read();
    const { found, nextCursor } = await scan({ query, after, estate, store });
    const items: Deployment[] = await deploymentsOf(
      found.map(application => ({ application, mappedBy: [] })),
      estate,
    );
    response.json({ items, ...(nextCursor && { nextCursor }) });
  });

  return router;
}

async function scan(options: {
  query: Query;
  after: ApplicationKey | undefined;
  estate: Estate;
  store: Store;
}): Promise<{ found: StoredApplication[]; nextCursor?: string }> {
  const { query, estate, store } = options;
  const found: StoredApplication[] = [];
  let { after } = options;
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += MAX_PAGE) {
    const page = await store.applications.list({
      hub: query.hub,
      cluster: query.cluster,
      after,
      limit: MAX_PAGE,
    });
    for (const application of page) {
      if (found.length === query.limit) {
        return { found, nextCursor: cursorAt(after) };
      }
      if (isWanted(application, query, estate)) {
        found.push(application);
      }
      after = application;
    }
    if (page.length < MAX_PAGE) {
      return { found };
    }
  }
  return { found, nextCursor: cursorAt(after) };
}

function cursorAt(after: ApplicationKey | undefined): string | undefined {
  if (!after) {
    return undefined;
  }
  const { hub, namespace, name } = after;
  return encodeCursor({ hub, namespace, name });
}

function isWanted(
  application: StoredApplication,
  query: Query,
  estate: Estate,
): boolean {
  const { environment, project, q } = query;
  const { hub, cluster, name } = application;
  return (
    estate.hub(hub) !== undefined &&
    (project === undefined || application.project === project) &&
    (q === undefined || name.includes(q.toLocaleLowerCase('en-US'))) &&
    (environment === undefined ||
      ('name' in cluster &&
        estate.cluster(hub, cluster.name)?.summary.environment === environment))
  );
}
