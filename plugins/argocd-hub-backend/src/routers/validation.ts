import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { MAX_PAGE } from '../estate/paging';

// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;
const MAX_PART = 253;
const ENTITY_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const KUBERNETES_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** A part of an entity ref, as the catalog allows it. */
export const entityPart = z.string().max(63).regex(ENTITY_PART);

/** Namespace or name of an object of Argo CD. */
export const kubernetesName = z.string().max(MAX_PART).regex(KUBERNETES_NAME);

export const hubName = z
  .string()
  .max(64)
  .regex(/^[a-z0-9-]+$/);

/**
 * The name of a cluster is free text, often an ARN with slashes, so only what
 * could climb out of a path is refused.
 */
export const clusterName = z
  .string()
  .min(1)
  .max(MAX_PART)
  .refine(name => !CONTROL_CHARACTERS.test(name), 'holds control characters')
  .refine(
    name => !name.split(/[/\\]/).some(part => part === '.' || part === '..'),
    'holds a path that climbs',
  );

/** Free text of a search. */
export const searchText = z.string().max(200);

export const pageSize = z.coerce.number().int().min(1).max(MAX_PAGE);

/**
 * @throws InputError that names the parameter and never repeats its value
 */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  const where = issue.path.join('.');
  throw new InputError(
    where ? `Invalid '${where}': ${issue.message}` : issue.message,
  );
}
