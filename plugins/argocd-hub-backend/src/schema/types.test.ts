import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { document as original } from './__testUtils__/document';
import {
  type Operation,
  operationsOf,
  type Schema,
} from './__testUtils__/operations';
import { shapeOfSchema } from './__testUtils__/shapeOfSchema';
import { fieldsOf, type Shape } from './__testUtils__/shapes';
import { TypeReader } from './__testUtils__/TypeReader';
import { withoutAllOf } from './__testUtils__/withoutAllOf';

jest.setTimeout(60_000);

const COMMON = resolvePackagePath(
  'backstage-plugin-argocd-hub-common',
  'src/index.ts',
);
const CLIENT = 'ArgocdHubApi';
/** Options of the client that are no parameters of a query. */
const OF_THE_CLIENT = ['token?', 'signal?', 'ifVersion?', 'held?'];

const document = withoutAllOf(original);
const operations = operationsOf(document);
const types = TypeReader.of(COMMON);

/** By the name of the operation. */
function each<T>(value: (operation: Operation) => T): Record<string, T> {
  return Object.fromEntries(
    operations.map(operation => [operation.id, value(operation)]),
  );
}

const schemas = () =>
  Object.entries(
    (document as unknown as { components: { schemas: Record<string, Schema> } })
      .components.schemas,
  );

it('has a method of the client for each operation, and no other', () => {
  expect(operations.map(({ id }) => id).sort()).toEqual(
    types.methods(CLIENT).sort(),
  );
});

it('describes the answers as the client promises them', () => {
  const described = each(({ answers }) =>
    [...answers]
      .filter(([status, schema]) => status < 300 && schema)
      .map(([, schema]) => shapeOfSchema(document, schema!)),
  );
  const promised = each(({ id }) => types.answer(CLIENT, id) ?? { fields: {} });
  for (const [id, shapes] of Object.entries(described)) {
    expect({ [id]: shapes }).toEqual({ [id]: shapes.map(() => promised[id]) });
  }
});

it('describes the bodies as the client takes them', () => {
  const described = each(({ body }) => body && shapeOfSchema(document, body));
  expect(each(bodyOfClient)).toEqual(described);
});

it('describes the parameters of queries as the client takes them', () => {
  const described = each(({ parameters }) =>
    fieldsOf(
      parameters
        .filter(parameter => parameter.in === 'query')
        .map(({ name, required, schema }) => [
          required ? name : `${name}?`,
          shapeOfSchema(document, schema),
        ]),
    ),
  );
  expect(each(queryOfClient)).toEqual(described);
});

it('gives schemas the names of types that say the same', () => {
  const named = schemas().filter(([name]) => types.names().includes(name));
  expect(named.length).toBeGreaterThan(30);
  for (const [name, schema] of named) {
    expect({ [name]: shapeOfSchema(document, schema) }).toEqual({
      [name]: types.shape(name),
    });
  }
});

it('notices every field that one of them has alone, or may lack alone', () => {
  for (const [name, schema] of schemas().filter(isNamedObject)) {
    for (const other of variantsOf(schema)) {
      expect({ [name]: shapeOfSchema(document, other) }).not.toEqual({
        [name]: types.shape(name),
      });
    }
  }
});

function isNamedObject([name, schema]: [string, Schema]): boolean {
  return types.names().includes(name) && schema.properties !== undefined;
}

/** With one field more or less, or one that is required where it was not. */
function variantsOf(schema: Schema): Schema[] {
  const { properties = {}, required = [] } = schema;
  const more = { ...properties, unheardOf: { type: 'string' } };
  const optional = Object.keys(properties).filter(
    key => !required.includes(key),
  );
  return [
    { ...schema, properties: more },
    ...optional.map(key => ({ ...schema, required: [...required, key] })),
    ...required.map(key => ({
      ...schema,
      required: required.filter(other => other !== key),
    })),
    ...optional.map(key => {
      const { [key]: _, ...less } = properties;
      return { ...schema, properties: less };
    }),
  ];
}

/** What a method takes beside the address of a thing and options. */
function bodyOfClient({ id, body, parameters }: Operation): Shape | undefined {
  if (!body) {
    return undefined;
  }
  const given = [...types.parameters(CLIENT, id)].filter(
    ([name]) => name !== 'options' && name !== 'query',
  );
  const isNamed = parameters.some(parameter => parameter.in === 'path');
  const [name, shape] = given[isNamed ? 1 : 0];
  // Of a body with one field that field alone may be given.
  return typeof shape === 'object' && 'fields' in shape
    ? shape
    : fieldsOf([[name, shape]]);
}

function queryOfClient({ id }: Operation): Shape {
  const given = types.parameters(CLIENT, id);
  const fields = ['query', 'options'].flatMap(name => {
    const shape = given.get(name);
    return typeof shape === 'object' && 'fields' in shape
      ? Object.entries(shape.fields)
      : [];
  });
  return fieldsOf(fields.filter(([key]) => !OF_THE_CLIENT.includes(key)));
}
