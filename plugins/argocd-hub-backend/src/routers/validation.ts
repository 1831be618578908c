import { stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { MAX_PAGE } from '../paging';

// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;
const ENTITY_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const KUBERNETES_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const HUB_NAME = /^[a-z0-9-]+$/;
const PAGE_SIZE = /^[1-9][0-9]{0,2}$/;
/** What may be repeated to a caller: nothing that looks like a secret. */
const PRESENTABLE = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;

/** A part of an entity ref, as the catalog allows it. */
export const entityPart = named({
  max: 63,
  pattern: ENTITY_PART,
  rule: 'must be at most 63 letters and digits, with "-", "_" or "." between them',
});

/** The entity of a path, as the ref by which everything knows it. */
export const entityParameters = z
  .object({ kind: entityPart, namespace: entityPart, name: entityPart })
  .transform(parts => ({ entityRef: stringifyEntityRef(parts) }));

/** Namespace or name of an object of Argo CD. */
export const kubernetesName = named({
  max: 253,
  pattern: KUBERNETES_NAME,
  rule: 'must be at most 253 lower-case letters and digits, with "-" or "." between them',
});

export const hubName = named({
  max: 64,
  pattern: HUB_NAME,
  rule: 'must be at most 64 lower-case letters, digits or "-"',
});

/**
 * The name of a cluster is free text, often an ARN with slashes, so only what
 * could climb out of a path is refused.
 */
export const clusterName = text({ min: 1, max: 253 })
  .refine(isPrintable, 'must not hold control characters')
  .refine(
    value => !value.split(/[/\\]/).some(part => part === '.' || part === '..'),
    'must not hold a path that climbs',
  );

/** Free text of a search. */
export const searchText = text({ max: 200 }).refine(
  isPrintable,
  'must not hold control characters',
);

/** Rows of a page. */
export const pageSize = z
  .string()
  .refine(
    value => PAGE_SIZE.test(value) && Number(value) <= MAX_PAGE,
    `must be a whole number from 1 to ${MAX_PAGE}`,
  )
  .transform(Number);

/** Where nothing may be said. */
export const nothing = z.strictObject({});

/** Characters are counted as JSON Schema does: one that takes two units of UTF-16 is one. */
export function text(limits: { min?: number; max: number }) {
  const { min = 0, max } = limits;
  return z
    .string()
    .refine(value => value.length >= min, 'must not be empty')
    .refine(
      value => value.length <= max || [...value].length <= max,
      `must have at most ${max} characters`,
    );
}

/**
 * Of the query and of a body every key must be known: one that is misspelt and
 * ignored would answer something else than was asked.
 *
 * @throws InputError that names the parameter and never repeats its value
 */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    throw new InputError(unknownKey(issue.keys, schema));
  }
  const where = whereOf(issue.path);
  throw new InputError(`Invalid ${where}: ${faultOf(issue, value)}`);
}

function named(options: { max: number; pattern: RegExp; rule: string }) {
  const { max, pattern, rule } = options;
  return z
    .string()
    .refine(value => value.length <= max && pattern.test(value), rule);
}

/** For names and texts that end in a query or a line of a log. */
export function isPrintable(value: string): boolean {
  return !CONTROL_CHARACTERS.test(value);
}

function unknownKey([key]: string[], schema: z.ZodType): string {
  const known =
    schema instanceof z.ZodObject ? Object.keys(schema.shape).sort() : [];
  return [
    PRESENTABLE.test(key) ? `Unknown parameter '${key}'` : 'Unknown parameter',
    known.length > 0 ? `known are ${known.join(', ')}` : 'there is none here',
  ].join('; ');
}

/** Without the keys that the caller made up. */
function whereOf(path: PropertyKey[]): string {
  const unpresentable = path.findIndex(
    part => typeof part !== 'number' && !PRESENTABLE.test(String(part)),
  );
  const shown = unpresentable < 0 ? path : path.slice(0, unpresentable);
  return shown.length > 0 ? `'${shown.join('.')}'` : 'body';
}

function faultOf(issue: z.ZodError['issues'][number], value: unknown): string {
  const found = issue.path.reduce<unknown>(
    (inner, part) => (inner as Record<PropertyKey, unknown> | null)?.[part],
    value,
  );
  if (found === undefined) {
    return 'it is missing';
  }
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'string'
        ? 'must be one text, given once'
        : `must be of type ${issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    default:
      return issue.message;
  }
}
