import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { PlacementFeed } from '../mapping/PlacementFeed';
import type { Access } from '../permissions/Access';
import { isPrintable, parse, text } from './validation';

const query = z.strictObject({
  since: text({ max: 100 })
    .refine(isPrintable, 'must not hold control characters')
    .optional(),
});

/** `GET /placements`, for other plugins of the backend. */
export function createPlacementsRouter(options: {
  access: Access;
  feed: PlacementFeed;
}): Router {
  const { access, feed } = options;
  const router = PromiseRouter();

  router.get('/placements', async (request, response) => {
    await access.service(request);
    const { since } = parse(query, request.query);
    response.json(await feed.since(since));
  });

  return router;
}
