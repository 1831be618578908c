import { deploymentReadPermission } from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { EstateReader } from '../estate/EstateReader';
import { cursorText } from '../paging';
import type { Claims } from '../mapping/Claims';
import { Explainer } from '../explain/Explainer';
import type { Store } from '../store/Store';
import { type Access, entityNotFound } from '../permissions/Access';
import { clusterName, entityParameters, hubName, parse } from './validation';

const query = z.strictObject({
  hub: hubName.optional(),
  cluster: clusterName.optional(),
  cursor: cursorText.optional(),
});

/** `GET /entities/:kind/:namespace/:name/explain` */
export function createExplainRouter(options: {
  access: Access;
  claims: Claims;
  estates: EstateReader;
  store: Store;
}): Router {
  const { access, estates } = options;
  const explainer = new Explainer(options);
  const router = PromiseRouter();

  router.get(
    '/entities/:kind/:namespace/:name/explain',
    async (request, response) => {
      const { entityRef } = parse(entityParameters, request.params);
      const asked = parse(query, request.query);
      const credentials = await access.entity(
        request,
        entityRef,
        deploymentReadPermission,
      );
      const explanation = await explainer.explain(entityRef, {
        ...asked,
        credentials,
        estate: await estates.read(),
        visible: await access.visibleClusters(credentials),
      });
      if (!explanation) {
        throw entityNotFound(entityRef);
      }
      response.json(explanation);
    },
  );

  return router;
}
