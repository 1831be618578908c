import { hubReadPermission } from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { Access } from './access';
import type { EstateReader } from './assemble/EstateReader';

/** `GET /hubs` */
export function createHubsRouter(options: {
  access: Access;
  estates: EstateReader;
}): Router {
  const { access, estates } = options;
  const router = PromiseRouter();

  router.get('/hubs', async (request, response) => {
    await access.collection(request, hubReadPermission);
    const estate = await estates.read();
    response.json({ items: estate.hubs().map(({ status }) => status) });
  });

  return router;
}
