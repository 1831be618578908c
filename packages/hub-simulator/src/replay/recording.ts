import type { ApplicationTree, ClusterInfo } from '../types/argocd';
import type { GenericObject } from '../types/kubernetes';
import { isObject, parsed } from './json';

/** How a cluster of a recording is away. */
export type SpokeFault =
  | 'refused'
  | 'black-holed'
  | 'no-such-host'
  | 'unauthorized';

const FAULTS: SpokeFault[] = [
  'refused',
  'black-holed',
  'no-such-host',
  'unauthorized',
];

/** What a cluster of a recording is like, by its server URL. */
export interface RecordedSpoke {
  /** default: it answers */
  fault?: SpokeFault;
  /** what its `/version` says; default: what recorded answers show */
  version?: string;
  /** Kubernetes objects that it holds, such as Events */
  objects?: GenericObject[];
}

/** The world in which a recording begins. */
export interface RecordedState {
  objects: GenericObject[];
  spokes: Record<string, RecordedSpoke>;
  /** what only Redis has; default: what recorded answers show */
  redis: {
    /** by server URL */
    clusters?: Record<string, ClusterInfo>;
    /** by `namespace/name` of the application */
    trees?: Record<string, ApplicationTree>;
  };
}

export interface RecordedRequest {
  method: string;
  /** path and query as they were sent */
  path: string;
  headers: Record<string, string>;
  /** text as it was sent */
  body?: string;
}

export interface RecordedResponse {
  status?: number;
  /** by lower-case name; undefined when none were recorded */
  headers?: Record<string, string>;
  /** JSON or text; undefined when it is not to be compared */
  body?: unknown;
  /** of a stream: the frames as JSON */
  events?: unknown[];
}

export interface RecordedCall {
  line: number;
  request: RecordedRequest;
  response: RecordedResponse;
  /** paths that are not compared for this call */
  ignore: string[];
  /** clusters that come and go before this call */
  spokes?: Record<string, RecordedSpoke>;
}

export interface Recording {
  state: RecordedState;
  calls: RecordedCall[];
}

/** The recording cannot be used; the text names the line and the way out. */
export class BadRecording extends Error {}

type Json = Record<string, unknown>;

/**
 * Reads JSON lines. Empty lines and lines that begin with `#` are passed over.
 *
 * @throws BadRecording with the number of the line
 */
export function readRecording(text: string): Recording {
  const lines = text
    .split('\n')
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content && !content.startsWith('#'));
  const [first, ...rest] = lines;
  if (!first)
    throw new BadRecording('the file is empty: record something first');
  const state = stateOf(parse(first), first.line);
  const calls: RecordedCall[] = [];
  let spokes: Record<string, RecordedSpoke> | undefined;
  for (const each of rest) {
    const value = parse(each);
    if (value.spokes) {
      spokes = { ...spokes, ...spokesOf(value.spokes, each.line) };
    }
    if (value.spokes && !value.request) continue;
    calls.push({ ...callOf(value, each.line), ...(spokes && { spokes }) });
    spokes = undefined;
  }
  if (!calls.length) {
    fail(first.line, 'no call follows: add lines {"request":…,"response":…}');
  }
  return { state, calls };
}

function parse({ content, line }: { content: string; line: number }): Json {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    // Node quotes the text around the fault, which may be a secret.
    fail(
      line,
      `is not JSON${placeOf(error as Error)}: write one object per line`,
    );
  }
  if (isObject(value)) return value;
  return fail(line, 'is not an object: write one object per line');
}

function placeOf({ message }: Error): string {
  const [place] = /at position \d+/.exec(message) ?? [''];
  return place && ` (${place})`;
}

function stateOf(value: Json, line: number): RecordedState {
  const { state, spokes = {}, redis = {} } = value;
  if (!Array.isArray(state)) {
    fail(line, 'has no list "state": begin the file with {"state":[objects]}');
  }
  // `kubectl get -o json` wraps what it gets.
  const objects = (state as unknown[]).flatMap(each =>
    isObject(each) && each.kind === 'List' ? (each.items as unknown[]) : [each],
  );
  objects.forEach((object, index) => {
    const { kind, metadata } = isObject(object) ? object : ({} as Json);
    const name = isObject(metadata) && metadata.name;
    if (typeof kind === 'string' && typeof name === 'string') return;
    fail(
      line,
      `state[${index}] has no kind or no metadata.name: give whole Kubernetes objects`,
    );
  });
  if (!isObject(redis)) fail(line, '"redis" must be an object');
  return {
    objects: objects as GenericObject[],
    spokes: spokesOf(spokes, line),
    redis: redis as RecordedState['redis'],
  };
}

function spokesOf(value: unknown, line: number): Record<string, RecordedSpoke> {
  if (!isObject(value)) {
    fail(line, '"spokes" must map server URLs to how they are');
  }
  return Object.fromEntries(
    Object.entries(value as Json).map(([server, how]) => {
      const spoke = typeof how === 'string' ? { fault: how } : how;
      if (!isObject(spoke)) {
        fail(line, `the spoke ${server} must be an object or a fault`);
      }
      const { fault } = spoke as { fault?: string };
      if (fault === 'none') return [server, {}];
      if (fault && !FAULTS.includes(fault as SpokeFault)) {
        fail(
          line,
          `there is no fault "${fault}": use ${FAULTS.join(', ')} or none`,
        );
      }
      return [server, spoke as RecordedSpoke];
    }),
  );
}

function callOf(value: Json, line: number): RecordedCall {
  const { request, response, ignore = [] } = value;
  if (!isObject(request) || !isObject(response)) {
    return fail(line, 'needs both "request" and "response", each an object');
  }
  if (!Array.isArray(ignore)) fail(line, '"ignore" must be a list of paths');
  return {
    line,
    ignore: (ignore as unknown[]).map(String),
    request: requestOf(request, line),
    response: responseOf(response, line),
  };
}

/** Reads a request; throws {@link BadRecording} with the number of the line. */
export function requestOf(request: Json, line: number): RecordedRequest {
  const { method = 'GET', headers = {}, body } = request;
  if (typeof method !== 'string' || !/^[A-Z]+$/.test(method)) {
    return fail(line, 'request.method must be such as "GET"');
  }
  return {
    method,
    path: pathOf(request.path ?? request.url, line),
    headers: headersOf(headers, line, 'request'),
    body: body === undefined || body === null ? undefined : textOf(body),
  };
}

function pathOf(given: unknown, line: number): string {
  const address = typeof given === 'string' ? given : '';
  const path = address.replace(/^https?:\/\/[^/]+/, '');
  if (!/^\/[\x21-\x7e]*$/.test(path)) {
    fail(line, 'request.path must begin with / and be encoded as it was sent');
  }
  return path;
}

function responseOf(response: Json, line: number): RecordedResponse {
  const { headers, body, events, status = response.statusCode } = response;
  if (status !== undefined && typeof status !== 'number') {
    return fail(line, 'response.status must be a number');
  }
  if (events !== undefined && !Array.isArray(events)) {
    return fail(line, 'response.events must be a list of the frames');
  }
  if (status === undefined && !events) {
    return fail(line, 'response has neither a status nor events');
  }
  return {
    status,
    headers:
      headers === undefined ? undefined : headersOf(headers, line, 'response'),
    // Bodies are often recorded as the text that came.
    body: typeof body === 'string' ? parsed(body) : body,
    events,
  };
}

function headersOf(
  headers: unknown,
  line: number,
  where: string,
): Record<string, string> {
  if (!isObject(headers))
    return fail(line, `${where}.headers must be an object`);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function fail(line: number, reason: string): never {
  throw new BadRecording(`line ${line}: ${reason}`);
}
