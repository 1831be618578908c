import type { ApiDocument } from '../apiDocument';
import { at, type Schema } from './operations';
import { either, fieldsOf, literal, type Shape } from './shapes';

/** The shape of what a schema of a document lets through. */
export function shapeOfSchema(
  document: ApiDocument,
  schema: Schema,
  within: string[] = [],
): Shape {
  const name = schema.$ref?.split('/').at(-1);
  if (name && within.includes(name)) {
    return `-> ${name}`;
  }
  const inside = name ? [...within, name] : within;
  const inner = (each: Schema) => shapeOfSchema(document, each, inside);
  const target = at<Schema>(document, schema as { $ref: string });
  if (target.const !== undefined) {
    return literal(target.const);
  }
  if (target.enum) {
    return either(target.enum.map(literal));
  }
  const choices = target.oneOf ?? target.anyOf;
  if (choices) {
    return either(choices.map(inner));
  }
  return either(
    [target.type ?? 'any'].flat().map(type => ofType(type, target, inner)),
  );
}

function ofType(
  type: string,
  schema: Schema,
  inner: (each: Schema) => Shape,
): Shape {
  switch (type) {
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'any':
      return type;
    case 'array':
      return { list: inner(schema.items ?? {}) };
    case 'object':
      return ofObject(schema, inner);
    default:
      throw new Error(`There is no type '${type}'`);
  }
}

function ofObject(schema: Schema, inner: (each: Schema) => Shape): Shape {
  const { additionalProperties: others, properties, required = [] } = schema;
  if (!properties && others) {
    return { map: others === true ? 'any' : inner(others) };
  }
  const missing = required.filter(key => !properties?.[key]);
  if (missing.length > 0) {
    throw new Error(`Required, but not declared: ${missing}`);
  }
  return fieldsOf(
    Object.entries(properties ?? {}).map(([key, each]) => [
      required.includes(key) ? key : `${key}?`,
      inner(each),
    ]),
  );
}
