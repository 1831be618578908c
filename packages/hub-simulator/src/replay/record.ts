import type { GenericObject } from '../types/kubernetes';
import { HIDDEN, hidden, hiddenParts, unsigned } from './hiding';
import { isObject, parsed } from './json';
import { BadRecording, type RecordedRequest, requestOf } from './recording';
import { COMPARED_HEADERS } from './Replay';
import { redact, secretsIn } from './secrets';
import { type Answer, send } from './send';
import { withoutCredentials } from './state';

/** What a request says beside who asks. */
const SHOWN_HEADERS = [
  'accept',
  'accept-encoding',
  'content-encoding',
  'content-type',
  'grpc-timeout',
];

/**
 * A request of the input: `GET /api/version`, or an object with method, path,
 * headers and body.
 *
 * @throws BadRecording with the number of the line
 */
export function readRequest(text: string, line: number): RecordedRequest {
  const [, method, path] = /^([A-Z]+) (\S+)$/.exec(text) ?? [];
  if (path) return requestOf({ method, path }, line);
  const value = parsed(text);
  if (isObject(value)) return requestOf(value, line);
  throw new BadRecording(
    `line ${line}: is neither such as GET /api/version nor a JSON object`,
  );
}

/** Writes a recording of a hub, without a credential. */
export class Recorder {
  readonly #hub: string;
  readonly #token: string;
  readonly #objects: readonly GenericObject[];
  readonly #secrets: string[];

  /**
   * @param options.hub - its URL
   * @param options.token - sent with every call; default: none
   * @param options.objects - the Kubernetes objects of the hub
   */
  constructor(options: {
    hub: string;
    token?: string;
    objects?: readonly GenericObject[];
  }) {
    const { hub, token = '', objects = [] } = options;
    this.#hub = hub;
    this.#token = token;
    this.#objects = objects;
    this.#secrets = secretsIn({ objects, token });
  }

  /** The first line of the recording. */
  state(): unknown {
    const state = this.#objects.flatMap(withoutCredentials);
    return redact({ state }, this.#secrets, HIDDEN);
  }

  /** Makes a call; gives its line of the recording. */
  async record(request: RecordedRequest): Promise<unknown> {
    const { method, path, body } = request;
    const bearer = { authorization: `Bearer ${this.#token}` };
    const headers: Record<string, string> = {
      ...(method !== 'GET' && { 'content-type': 'application/json' }),
      ...request.headers,
      ...(this.#token && bearer),
    };
    const isStream = path.split('?')[0].includes('/stream/');
    const answer = await send(this.#hub, { ...request, headers }, { isStream });
    const shown = {
      method,
      path: hiddenParts(path),
      headers: requestHeaders(headers),
      ...(body !== undefined && { body: hidden(parsed(body)) }),
    };
    const call = { request: shown, response: responseOf(answer) };
    const secrets = secretsIn({ request: { ...request, headers } });
    return redact(call, [...this.#secrets, ...secrets], HIDDEN);
  }
}

function responseOf({ status, headers, body }: Answer): object {
  // A stream that says nothing has no status line either.
  if (status === undefined) return { events: [] };
  const shown = Object.entries(headers)
    .filter(
      ([name]) => COMPARED_HEADERS.includes(name) && name !== 'set-cookie',
    )
    .map(([name, value]) => [name, hiddenParts(value)]);
  return { status, headers: Object.fromEntries(shown), body: hidden(body) };
}

function requestHeaders(
  headers: Record<string, string>,
): Record<string, string> {
  const shown = Object.entries(headers).flatMap(([name, value]) => {
    if (SHOWN_HEADERS.includes(name)) return [[name, hiddenParts(value)]];
    const claims = claimsIn(name, value);
    return claims === undefined ? [] : [[name, claims]];
  });
  return Object.fromEntries(shown);
}

/** A header that carries a token, without its proof. */
function claimsIn(name: string, value: string): string | undefined {
  if (name === 'grpc-metadata-token') return unsigned(value);
  if (name === 'authorization') {
    const [, bearer] = /^Bearer (.+)$/.exec(value) ?? [];
    return bearer === undefined ? HIDDEN : `Bearer ${unsigned(bearer)}`;
  }
  if (name !== 'cookie') return undefined;
  const [, token] = /argocd\.token=([^;]+)/.exec(value) ?? [];
  return token === undefined ? undefined : `argocd.token=${unsigned(token)}`;
}
