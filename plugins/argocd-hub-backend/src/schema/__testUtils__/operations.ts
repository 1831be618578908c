import type { ApiDocument } from '../apiDocument';

/** A schema of JSON Schema, as far as the tests look into it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  [keyword: string]: unknown;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

interface Content {
  content?: { 'application/json': { schema: Schema; examples?: object } };
}

/** What the file says of one method of one path. */
export interface Operation {
  id: string;
  /** As Express knows it: `GET /clusters/:hub/:cluster`. */
  route: string;
  method: string;
  /** Below `/api/argocd-hub`, with `{name}` for parameters. */
  path: string;
  parameters: Parameter[];
  body?: Schema;
  /** By status; undefined where an answer has no body. */
  answers: Map<number, Schema | undefined>;
}

interface RawOperation {
  operationId: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: Content | { $ref: string };
  responses: Record<string, Content | { $ref: string }>;
}

/** Everything that a document says can be done. */
export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, RawOperation>).map(([method, raw]) =>
      operationOf(document, path, method, raw),
    ),
  );
}

function operationOf(
  document: ApiDocument,
  path: string,
  method: string,
  raw: RawOperation,
): Operation {
  const body = raw.requestBody && at<Content>(document, raw.requestBody);
  return {
    id: raw.operationId,
    route: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    method: method.toUpperCase(),
    path,
    parameters: (raw.parameters ?? []).map(each =>
      at<Parameter>(document, each),
    ),
    body: body?.content?.['application/json'].schema,
    answers: new Map(
      Object.entries(raw.responses).map(([status, each]) => [
        Number(status),
        at<Content>(document, each).content?.['application/json'].schema,
      ]),
    ),
  };
}

/** Follows references until there is none. */
export function at<T extends object>(
  document: ApiDocument,
  given: T | { $ref: string },
): T {
  if (!('$ref' in given) || typeof given.$ref !== 'string') {
    return given as T;
  }
  const target = given.$ref
    .slice('#/'.length)
    .split('/')
    .map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce<any>((inner, part) => inner?.[part], document);
  if (!target) {
    throw new Error(`${given.$ref} leads nowhere`);
  }
  return at<T>(document, target);
}
