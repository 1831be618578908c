import type { CallOptions, Fixture } from '../../testing/Fixture';

/** What the cases know of the running world. */
export interface World {
  fixture: Fixture;
  /** the id of a registered cluster as a path takes it */
  cluster(name: string): string;
  /** a cluster as one would register it; `fields` replace its own */
  body(name: string, fields?: object): Record<string, unknown>;
  /** the query that asks for the events of a resource of an application */
  events(application: string, kind: string): Promise<string>;
}

/** One call and what is expected beside the schema of its operation. */
export interface Case {
  /** begins with the numbers of the facts that it pins */
  name: string;
  /** as in the OpenAPI file */
  operation: string;
  path: string | ((world: World) => string | Promise<string>);
  /** default: the administrator */
  as?: 'portal' | 'nobody';
  headers?: Record<string, string>;
  body?: object | ((world: World) => object);
  /** what is done before */
  before?: (world: World) => Promise<unknown>;
  /** default: 200 */
  status?: number;
  /** cut down by `fields` */
  trimmed?: boolean;
  /** plain text instead of JSON */
  text?: string;
  /** what the JSON holds at least */
  holds?: object;
  /** what the JSON is */
  is?: unknown;
}

/** How a case is called: method and options for the fixture. */
export function optionsOf(each: Case, world: World): CallOptions {
  const [method] = each.operation.split(' ');
  const body = typeof each.body === 'function' ? each.body(world) : each.body;
  return { method, body, headers: each.headers };
}

/** The body of an error. */
export function failure(code: number, message: unknown) {
  return { error: message, code, message };
}
