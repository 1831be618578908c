import type Ajv from 'ajv';
import { ALWAYS_PRESENT } from '../presence';
import {
  close,
  createAjv,
  type Finding,
  findingsOf,
  mapValues,
  readSchema,
  type Schema,
} from './schema';

interface ApiDocument {
  operations: Record<string, { response: Schema; query?: string[] }>;
  definitions: Record<string, Schema>;
}

/** Types with a JSON form of their own, which the OpenAPI file does not know. */
const SPECIAL: Record<string, Schema> = {
  v1FieldsV1: { type: 'object' },
  v1MicroTime: { type: 'string', format: 'micro-time' },
  v1JSON: {},
  runtimeRawExtension: {},
  protobufAny: { type: 'object' },
  intstrIntOrString: { type: ['integer', 'string'] },
};

/** What the hub's API may answer, operation by operation. */
export class ApiSchema {
  readonly #operations = new Map<string, string>();
  readonly #whole: Ajv;
  readonly #trimmed: Ajv;

  constructor() {
    const document = readSchema<ApiDocument>('argocd-api');
    for (const key of Object.keys(document.operations)) {
      this.#operations.set(normalise(key), key);
    }
    this.#whole = createAjv().addSchema(definitionsOf(document, true), 'api');
    this.#trimmed = createAjv().addSchema(
      definitionsOf(document, false),
      'api',
    );
  }

  /**
   * The operation of the OpenAPI file that a route of ours serves, such as
   * `GET /api/v1/clusters/{id.value}` for `GET /api/v1/clusters/:id`; undefined
   * when there is none.
   */
  operation(route: string): string | undefined {
    return this.#operations.get(normalise(route));
  }

  /** Where a body, or a frame of a stream, is not what its operation answers. */
  check(
    operation: string,
    body: unknown,
    options: { trimmed?: boolean } = {},
  ): Finding[] {
    const escaped = operation.replace(/~/g, '~0').replace(/\//g, '~1');
    const id = `api#/operations/${encodeURIComponent(escaped)}`;
    return this.#check(id, body, options.trimmed);
  }

  /** The same for a body that tells of a failure. */
  checkError(body: unknown): Finding[] {
    return this.#check('api#/definitions/runtimeError', body, false);
  }

  #check(id: string, body: unknown, trimmed = false): Finding[] {
    const ajv = trimmed ? this.#trimmed : this.#whole;
    const validate = ajv.getSchema(id);
    if (!validate) throw new Error(`no schema ${id}`);
    return findingsOf(validate, body);
  }
}

/** A route or a path of the OpenAPI file without the names of its parameters. */
function normalise(route: string): string {
  return route.replace(/\{[^}]*\}|:\w+|\*/g, '{}');
}

function definitionsOf(document: ApiDocument, whole: boolean): Schema {
  const flat = mapValues(document.definitions, schema =>
    merge(schema, document.definitions),
  );
  const definitions = Object.fromEntries(
    Object.entries(flat).map(([name, schema]) => {
      if (SPECIAL[name]) return [name, SPECIAL[name]];
      return [name, closeStruct(schema, whole ? name : '')];
    }),
  );
  const operations = mapValues(document.operations, ({ response }) =>
    close(response),
  );
  return { definitions, operations };
}

function closeStruct(schema: Schema, name: string): Schema {
  const closed = close(schema);
  const isEmpty = schema.type === 'object' && !schema.properties;
  if (isEmpty && !schema.additionalProperties) {
    closed.additionalProperties = false;
  }
  const present = ALWAYS_PRESENT[name];
  return present ? { ...closed, required: present.fields } : closed;
}

/** Puts the fields of an embedded struct beside its own. */
function merge(schema: Schema, all: Record<string, Schema>): Schema {
  const { $ref, ...own } = schema;
  if (typeof $ref !== 'string' || !own.properties) return schema;
  const embedded = all[$ref.replace('#/definitions/', '')];
  return { ...own, properties: { ...embedded.properties, ...own.properties } };
}
