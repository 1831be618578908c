import { deploymentReadPermission } from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import { type EntityAnswers, plain } from '../estate/EntityAnswers';
import { type Access, entityNotFound } from '../permissions/Access';
import { cursorText } from '../paging';
import { entityParameters, parse } from './validation';

const query = z.strictObject({ cursor: cursorText.optional() });

/** `GET /entities/:kind/:namespace/:name/deployments` */
export function createEntityDeploymentsRouter(options: {
  access: Access;
  answers: EntityAnswers;
}): Router {
  const { access, answers } = options;
  const router = PromiseRouter();

  router.get(
    '/entities/:kind/:namespace/:name/deployments',
    async (request, response) => {
      const { entityRef } = parse(entityParameters, request.params);
      const { cursor } = parse(query, request.query);
      const credentials = await access.entity(
        request,
        entityRef,
        deploymentReadPermission,
      );
      const answer = cursor
        ? await answers.next(entityRef, credentials, cursor)
        : await answers.first(entityRef, credentials);
      if (!answer) {
        throw entityNotFound(entityRef);
      }
      response.setHeader('ETag', `W/"${answer.version}"`);
      response.setHeader('Cache-Control', 'private, no-cache');
      if (matches(request.headers['if-none-match'], answer.version)) {
        response.status(304).end();
        return;
      }
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.vary('Accept-Encoding');
      if (request.acceptsEncodings('gzip')) {
        response.setHeader('Content-Encoding', 'gzip');
        response.end(answer.gzip);
        return;
      }
      response.end(await plain(answer));
    },
  );

  return router;
}

/** Weak comparison: proxies may have added or dropped the `W/`. */
function matches(header: string | undefined, version: string): boolean {
  return (header ?? '')
    .split(',')
    .some(tag => tag.trim().replace(/^W\//, '') === `"${version}"`);
}
