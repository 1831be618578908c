import { dataOf } from '../scenarios/fromObjects';
import type { GenericObject } from '../types/kubernetes';
import { BadRecording, type RecordedRequest, requestOf } from './recording';
import { COMPARED_HEADERS } from './Replay';
import { SECRET_NAME } from './report';
import { send } from './send';

const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

/** What of a cluster Secret is no credential. */
const CLUSTER_KEYS = [
  'name',
  'server',
  'namespaces',
  'clusterResources',
  'project',
  'shard',
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
  try {
    return requestOf(JSON.parse(text), line);
  } catch (error) {
    if (error instanceof BadRecording) throw error;
    throw new BadRecording(
      `line ${line}: is neither such as GET /api/version nor a JSON object`,
    );
  }
}

/** One call of a hub as a line of a recording, without a credential. */
export async function record(
  hub: string,
  request: RecordedRequest,
  token: string,
): Promise<object> {
  const { method, path } = request;
  const isStream = path.split('?')[0].includes('/stream/');
  const headers: Record<string, string> = {
    ...(method !== 'GET' && { 'content-type': 'application/json' }),
    ...request.headers,
  };
  const bearer = { authorization: `Bearer ${token}` };
  const answer = await send(
    hub,
    { ...request, headers: { ...headers, ...(token && bearer) } },
    { isStream },
  );
  const shown = Object.entries(answer.headers).filter(
    ([name]) => COMPARED_HEADERS.includes(name) && name !== 'set-cookie',
  );
  const { status, body } = answer;
  return {
    request: {
      method,
      path,
      headers: {
        ...headers,
        ...(token && { authorization: `Bearer ${unsigned(token)}` }),
      },
      ...(request.body !== undefined && { body: hidden(parsed(request.body)) }),
    },
    // A stream that says nothing has no status line either.
    response:
      status === undefined
        ? { events: [] }
        : { status, headers: Object.fromEntries(shown), body: hidden(body) },
  };
}

/** The objects of a hub as the first line of a recording, without a credential. */
export function stateLine(objects: readonly GenericObject[]): object {
  return { state: objects.flatMap(withoutCredentials) };
}

function withoutCredentials(object: GenericObject): GenericObject[] {
  if (object.kind !== 'Secret') return [object];
  const { name, labels = {}, annotations } = object.metadata;
  const all = dataOf(object);
  const isCluster = labels[SECRET_TYPE] === 'cluster';
  if (!isCluster && name !== 'argocd-secret') return [];
  const isKept = (key: string) =>
    isCluster ? CLUSTER_KEYS.includes(key) : /^accounts\..*\.tokens$/.test(key);
  const kept = Object.entries(all).filter(([key]) => isKept(key));
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...notes } =
    annotations ?? {};
  const metadata = { ...object.metadata, annotations: notes };
  const config = isCluster ? { config: configOf(all.config) } : {};
  const stringData = { ...Object.fromEntries(kept), ...config };
  return [{ apiVersion: 'v1', kind: 'Secret', metadata, stringData }];
}

/** What the API itself shows of a config. */
function configOf(text: string | undefined): string {
  const { tlsClientConfig = {} } = parsed(text ?? '{}') as {
    tlsClientConfig?: { insecure?: boolean; serverName?: string };
  };
  const { insecure, serverName } = tlsClientConfig;
  return JSON.stringify({ tlsClientConfig: { insecure, serverName } });
}

/** The claims of a token, which a replay needs, without the proof. */
function unsigned(token: string): string {
  const [header, payload, signature] = token.split('.');
  return signature === undefined ? 'hidden' : `${header}.${payload}.hidden`;
}

/** A body with every text left out whose name sounds like a credential. */
function hidden(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(hidden);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === 'string' && SECRET_NAME.test(key)
        ? 'hidden'
        : hidden(item),
    ]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
