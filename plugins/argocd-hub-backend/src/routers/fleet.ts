import type { FleetDeployment, Page } from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { EstateReader } from '../estate/EstateReader';
import { fleetStops } from '../estate/fleetStops';
import { FleetWalk } from '../estate/FleetWalk';
import { cursorText, decodeCursor, encodeCursor, MAX_PAGE } from '../paging';
import type { Claims } from '../mapping/Claims';
import type { PlacementFeed } from '../mapping/PlacementFeed';
import type { Store } from '../store/Store';
import type { Access } from '../permissions/Access';
import { fleetRows } from './fleetRows';
import {
  clusterName,
  hubName,
  isPrintable,
  pageSize,
  parse,
  searchText,
} from './validation';

const listQuery = z.strictObject({
  hub: hubName.optional(),
  cluster: clusterName.optional(),
  environment: searchText.optional(),
  sync: z.enum(['OutOfSync', 'Unknown', 'Synced']).optional(),
  health: z
    .enum([
      'Degraded',
      'Missing',
      'Unknown',
      'Progressing',
      'Suspended',
      'Healthy',
    ])
    .optional(),
  project: searchText.optional(),
  q: searchText.optional(),
  unmapped: z.enum(['true', 'false']).optional(),
  cursor: cursorText.optional(),
  limit: pageSize.default(MAX_PAGE),
});

const part = z.string().refine(isPrintable);
const position = z.strictObject({
  hub: part,
  cluster: part.optional(),
  environment: part.optional(),
  key: part.optional(),
});

/** `GET /deployments`: the fleet. */
export function createFleetRouter(options: {
  access: Access;
  claims: Claims;
  estates: EstateReader;
  feed: PlacementFeed;
  store: Store;
}): Router {
  const { access, claims, estates, feed, store } = options;
  const router = PromiseRouter();

  router.get('/deployments', async (request, response) => {
    const { credentials, visible } = await access.clusterList(request);
    const { cursor, limit, ...query } = parse(listQuery, request.query);
    const after = decodeCursor('fleet', position, cursor);
    const { sync, health, project, q } = query;
    const states = { sync, health };
    const estate = await estates.read();
    const index = await claims.index();
    const walk = new FleetWalk({
      estate,
      fleet: store.fleet,
      filter: { project, text: q?.toLocaleLowerCase('en-US') },
      states,
      ...(query.unmapped === 'true' && {
        unmapped: {
          known: (await feed.recent()).unmapped,
          isStill: it => index.entitiesOf(it).length === 0,
        },
      }),
      limit,
    });
    const stops = fleetStops(estate, { visible, wanted: query, states });
    const { applications, next } = await walk.page(stops, after);
    const page: Page<FleetDeployment> = {
      items: await fleetRows(applications, {
        access,
        index,
        credentials,
        estate,
      }),
      ...(next && { nextCursor: encodeCursor('fleet', next) }),
    };
    response.json(page);
  });

  return router;
}
