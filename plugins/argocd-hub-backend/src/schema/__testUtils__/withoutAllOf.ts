import type { ApiDocument } from '../apiDocument';
import { at, type Schema } from './operations';

/**
 * The same document with the objects of each `allOf` written as one, or as one
 * of several where it holds a choice. Only so can they be closed and compared.
 */
export function withoutAllOf(document: ApiDocument): ApiDocument {
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(rewrite);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const { allOf } = value as { allOf?: Schema[] };
    if (Array.isArray(allOf)) {
      const objects = combinations(document, value as Schema);
      return rewrite(objects.length === 1 ? objects[0] : { oneOf: objects });
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, rewrite(inner)]),
    );
  };
  return rewrite(document) as ApiDocument;
}

/** Every object that a schema allows, as one schema each. */
function combinations(document: ApiDocument, given: Schema): Schema[] {
  const schema = at<Schema>(document, given as { $ref: string });
  const {
    allOf = [],
    oneOf,
    ...own
  } = schema as Schema & {
    allOf?: Schema[];
  };
  const parts = [
    ...allOf.map(part => combinations(document, part)),
    ...(oneOf ? [oneOf.flatMap(each => combinations(document, each))] : []),
  ];
  return parts.reduce(
    (before, part) =>
      before.flatMap(one => part.map(other => merged(one, other))),
    [own as Schema],
  );
}

function merged(one: Schema, other: Schema): Schema {
  return {
    ...one,
    ...other,
    properties: { ...one.properties, ...other.properties },
    required: [
      ...new Set([...(one.required ?? []), ...(other.required ?? [])]),
    ],
  };
}
