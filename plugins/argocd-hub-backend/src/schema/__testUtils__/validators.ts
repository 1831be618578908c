import Ajv, { type ValidateFunction } from 'ajv/dist/2020';
import type { ApiDocument } from '../apiDocument';
import type { Schema } from './operations';
import { withoutAllOf } from './withoutAllOf';

const DOCUMENT = 'api';
const PLACE = '#/components/schemas/';

interface Components {
  components: { schemas: object };
}

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Judges values by schemas of a document. */
export class Validators {
  readonly #ajv: Ajv;
  readonly #compiled = new Map<Schema, ValidateFunction>();

  constructor(document: ApiDocument) {
    this.#ajv = new Ajv({ strictTypes: false, allErrors: true });
    this.#ajv.addVocabulary(['example']);
    this.#ajv.addFormat('date-time', UTC);
    const { schemas } = (document as unknown as Components).components;
    this.#ajv.addSchema({ $defs: absolute(schemas) as object }, DOCUMENT);
  }

  /** What is wrong; empty when nothing is. */
  faults(schema: Schema, value: unknown): string[] {
    let validate = this.#compiled.get(schema);
    if (!validate) {
      validate = this.#ajv.compile(absolute(schema) as Schema);
      this.#compiled.set(schema, validate);
    }
    return validate(value)
      ? []
      : validate.errors!.map(
          ({ instancePath, message, params }) =>
            `${instancePath} ${message} ${JSON.stringify(params)}`,
        );
  }

  accepts(schema: Schema, value: unknown): boolean {
    return this.faults(schema, value).length === 0;
  }
}

/** The same document without the freedom of answers to hold more than is declared. */
export function closed(document: ApiDocument): ApiDocument {
  return close(withoutAllOf(document)) as ApiDocument;
}

function close(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(close);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const inner = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, close(each)]),
  );
  const isObject = 'properties' in value && 'type' in value;
  return isObject && !('additionalProperties' in value)
    ? { ...inner, additionalProperties: false }
    : inner;
}

/** References that lead into the document from wherever the schema is. */
function absolute(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema).replaceAll(PLACE, `${DOCUMENT}#/$defs/`),
  );
}
