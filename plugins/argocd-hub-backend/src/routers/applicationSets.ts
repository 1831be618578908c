import { NotFoundError } from '@backstage/errors';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import { SetReader } from '../explain/SetReader';
import type { EstateReader } from '../estate/EstateReader';
import { cursorText } from '../paging';
import type { Store } from '../store/Store';
import type { Access } from '../permissions/Access';
import { hubName, kubernetesName, parse } from './validation';

const parameters = z.object({
  hub: hubName,
  namespace: kubernetesName,
  name: kubernetesName,
});
const query = z.strictObject({ cursor: cursorText.optional() });

/** `GET /applicationsets/:hub/:namespace/:name` */
export function createApplicationSetsRouter(options: {
  access: Access;
  estates: EstateReader;
  store: Store;
}): Router {
  const { access, estates } = options;
  const reader = new SetReader(options);
  const router = PromiseRouter();

  router.get(
    '/applicationsets/:hub/:namespace/:name',
    async (request, response) => {
      const credentials = await access.credentials(request);
      const key = parse(parameters, request.params);
      const { cursor } = parse(query, request.query);
      const details = await reader.read(key, {
        estate: await estates.read(),
        visible: await access.visibleClusters(credentials),
        cursor,
      });
      if (!details) {
        throw new NotFoundError('ApplicationSet not found');
      }
      response.json(details);
    },
  );

  return router;
}
