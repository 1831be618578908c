import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import {
  deploymentReadPermission,
  type Rollups,
} from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { EntityRollups } from '../estate/EntityRollups';
import type { Access } from '../permissions/Access';
import { entityPart, nothing, parse, text } from './validation';

const MOST_REFS = 500;
/** Three parts of an entity ref, and what parts them. */
const LONGEST_REF = 3 * 63 + 2;

const body = z.strictObject({
  entityRefs: z
    .array(text({ max: LONGEST_REF }))
    .max(MOST_REFS, `must be at most ${MOST_REFS}`),
});
const parts = z.object({
  kind: entityPart,
  namespace: entityPart,
  name: entityPart,
});

/** `POST /entities/deployments/by-refs` */
export function createRollupsRouter(options: {
  access: Access;
  rollups: EntityRollups;
}): Router {
  const { access, rollups } = options;
  const router = PromiseRouter();

  router.post('/entities/deployments/by-refs', async (request, response) => {
    const credentials = await access.credentials(request);
    parse(nothing, request.query);
    const entityRefs = parse(body, request.body).entityRefs.map(fullRef);
    // What may not be seen is not looked at, so that no time tells whether it is there.
    const visible = await access.entities(
      credentials,
      entityRefs,
      deploymentReadPermission,
    );
    const found = await rollups.of([...visible], credentials);
    const answer: Rollups = {
      items: entityRefs.map(entityRef => found.get(entityRef) ?? null),
    };
    response.json(answer);
  });

  return router;
}

/** @throws InputError that says which one, and never repeats it */
function fullRef(given: string, index: number): string {
  try {
    return stringifyEntityRef(parts.parse(parseEntityRef(given)));
  } catch {
    throw new InputError(
      `Invalid 'entityRefs.${index}': not an entity ref as kind:namespace/name or kind:name`,
    );
  }
}
