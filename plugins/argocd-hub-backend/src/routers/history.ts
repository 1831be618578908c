import { InputError } from '@backstage/errors';
import {
  type ChangePage,
  deploymentReadPermission,
} from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { EntityHistory } from '../estate/EntityHistory';
import { cursorText, decodeCursor, encodeCursor } from '../paging';
import { type Access, entityNotFound } from '../permissions/Access';
import {
  clusterName,
  entityParameters,
  hubName,
  pageSize,
  parse,
} from './validation';

const PAGE = 100;
const TIME =
  /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A day alone begins at midnight in UTC. */
const moment = z
  .string()
  .max(40)
  .regex(TIME, 'must be a time as 2026-06-01 or 2026-06-01T12:00:00Z')
  .transform(text => (isDay(text) ? Date.parse(text) : NaN))
  .refine(time => !Number.isNaN(time), 'must be a time that there is');

const query = z.strictObject({
  from: moment.optional(),
  to: moment.optional(),
  hub: hubName.optional(),
  cluster: clusterName.optional(),
  cursor: cursorText.optional(),
  limit: pageSize.default(PAGE),
});
/** Where a page ended. */
const position = z.strictObject({
  at: z.number().int().safe(),
  id: z.number().int().safe(),
});

/** `Date` takes the 31st of every month, for a day of the next. */
function isDay(text: string): boolean {
  const day = text.slice(0, 'yyyy-mm-dd'.length);
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

/** `GET /entities/:kind/:namespace/:name/history` */
export function createHistoryRouter(options: {
  access: Access;
  history: EntityHistory;
}): Router {
  const { access, history } = options;
  const router = PromiseRouter();

  router.get(
    '/entities/:kind/:namespace/:name/history',
    async (request, response) => {
      const { entityRef } = parse(entityParameters, request.params);
      const { cursor, ...range } = parse(query, request.query);
      const after = decodeCursor('entity-history', position, cursor);
      if (range.from !== undefined && range.to !== undefined) {
        if (range.from > range.to) {
          throw new InputError("'from' must not be after 'to'");
        }
      }
      const credentials = await access.entity(
        request,
        entityRef,
        deploymentReadPermission,
      );
      const found = await history.page(entityRef, credentials, {
        ...range,
        after,
      });
      if (!found) {
        throw entityNotFound(entityRef);
      }
      const { next, ...rest } = found;
      const page: ChangePage = {
        ...rest,
        ...(next && { nextCursor: encodeCursor('entity-history', next) }),
      };
      response.json(page);
    },
  );

  return router;
}
