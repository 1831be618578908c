import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { readApiDocument } from '../schema/apiDocument';
import type { Access } from '../permissions/Access';
import { nothing, parse } from './validation';

/** `GET /openapi.json`, where tools look for the description of a plugin's API. */
export function createOpenApiRouter(options: { access: Access }): Router {
  const { access } = options;
  const router = PromiseRouter();

  router.get('/openapi.json', async (request, response) => {
    await access.credentials(request);
    parse(nothing, request.query);
    const { servers, paths, ...rest } = await readApiDocument();
    // With whole paths, as others merge the documents of many plugins.
    const whole = Object.entries(paths).map(([path, item]) => [
      `${request.baseUrl}${path}`,
      item,
    ]);
    response.json({ ...rest, paths: Object.fromEntries(whole) });
  });

  return router;
}
