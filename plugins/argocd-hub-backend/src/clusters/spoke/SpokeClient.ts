import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import type { PinnedServer } from '../addressPolicy';
import type { SpokeAuth } from '../kubeconfig';
import { connectionFailure } from './failure';
import { createRedactor } from './redact';
import { collectionPath, objectPath } from './resources';
import { SpokeError } from './SpokeError';
import type { AccessRequest, KubeObject } from './types';

const CONNECT_MS = 5_000;
const CALL_MS = 10_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * A cluster's Kubernetes API, as far as onboarding needs it.
 *
 * It is built on undici and not on `@kubernetes/client-node`, because that
 * library's HTTP layer resolves names by itself, follows redirects (with the
 * credential) and limits neither time nor size. Here only the addresses that the
 * policy has checked are dialled, only the given authority is trusted, a
 * redirect is a failure, and every call has a deadline.
 *
 * Failures are SpokeErrors whose words hold no credential, even when the cluster
 * quotes it.
 */
export class SpokeClient {
  readonly #server: PinnedServer;
  readonly #agent: Agent;
  readonly #headers: Record<string, string>;
  readonly #redact: (text: string) => string;

  constructor(options: {
    server: PinnedServer;
    ca?: string;
    serverName?: string;
    auth: SpokeAuth;
  }) {
    const { server, auth } = options;
    this.#server = server;
    this.#agent = createAgent(options);
    this.#headers =
      'token' in auth ? { Authorization: `Bearer ${auth.token}` } : {};
    this.#redact = createRedactor(Object.values(auth));
  }

  get server(): string {
    return this.#server.url;
  }

  /** The version that the cluster tells, such as `v1.34.2`. Proves TLS, but no credential. */
  async version(): Promise<string> {
    const answer = await this.#call('GET', '/version');
    const { gitVersion } = (answer ?? {}) as { gitVersion?: unknown };
    if (typeof gitVersion !== 'string' || !/^v\d+\.\d+\./.test(gitVersion)) {
      throw new SpokeError({
        reason: 'other',
        message: `${this.server} answers, but not as a Kubernetes API does.`,
      });
    }
    return this.#redact(gitVersion).slice(0, 40);
  }

  /** May the credential do this? Throws when the credential itself is refused. */
  async canI(access: AccessRequest): Promise<boolean> {
    const answer = (await this.#call(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: access },
      },
    )) as { status?: { allowed?: unknown } };
    return answer.status?.allowed === true;
  }

  /** The object of that kind and name, or undefined. */
  async get(object: KubeObject): Promise<KubeObject | undefined> {
    try {
      return (await this.#call('GET', objectPath(object))) as KubeObject;
    } catch (error) {
      if (error instanceof SpokeError && error.status === 404) return undefined;
      throw error;
    }
  }

  async create(object: KubeObject, options?: { dryRun?: boolean }) {
    const path = `${collectionPath(object)}${query(options)}`;
    return (await this.#call('POST', path, object)) as KubeObject;
  }

  /** Replaces an object that was read with `get` (its resourceVersion is kept). */
  async replace(object: KubeObject, options?: { dryRun?: boolean }) {
    const path = `${objectPath(object)}${query(options)}`;
    return (await this.#call('PUT', path, object)) as KubeObject;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object) {
    const { status, text } = await this.#send(method, path, body);
    const answer = parse(text);
    if (status >= 200 && status < 300 && answer !== undefined) return answer;
    throw this.#refusal(status, answer);
  }

  async #send(method: 'GET' | 'POST' | 'PUT', path: string, body?: object) {
    try {
      const response = await request(`${this.server}${path}`, {
        method,
        dispatcher: this.#agent,
        headers: {
          ...this.#headers,
          Accept: 'application/json',
          ...(body && { 'Content-Type': 'application/json' }),
        },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(CALL_MS),
      });
      const text = await response.body.text();
      return { status: response.statusCode, text };
    } catch (error) {
      throw connectionFailure(error, this.server);
    }
  }

  #refusal(status: number, answer: unknown): SpokeError {
    const { message } = (answer ?? {}) as { message?: unknown };
    const words =
      typeof message === 'string' ? ` It says: ${this.#redact(message)}` : '';
    if (status === 401) {
      return new SpokeError({
        reason: 'auth',
        status,
        message: `${this.server} does not accept the credential (it is wrong, expired or revoked).`,
      });
    }
    if (status === 403) {
      return new SpokeError({
        reason: 'auth',
        status,
        message: `The credential lacks a right at ${this.server}.${words}`,
      });
    }
    if (status >= 300 && status < 400) {
      return new SpokeError({
        reason: 'other',
        status,
        message: `${this.server} redirects elsewhere, which is not followed. Give the address of the Kubernetes API itself.`,
      });
    }
    return new SpokeError({
      reason: 'other',
      status,
      message: `${this.server} answered with HTTP status ${status}.${words}`,
    });
  }
}

function createAgent(options: {
  server: PinnedServer;
  ca?: string;
  serverName?: string;
  auth: SpokeAuth;
}): Agent {
  const { server, ca, serverName, auth } = options;
  const connect = buildConnector({
    timeout: CONNECT_MS,
    lookup: pinnedLookup(server),
    ...(ca && { ca }),
    ...('cert' in auth && { cert: auth.cert, key: auth.key }),
  });
  return new Agent({
    connect: serverName
      ? (target, callback) =>
          connect({ ...target, servername: serverName }, callback)
      : connect,
    headersTimeout: CALL_MS,
    bodyTimeout: CALL_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
}

/** Answers with the checked addresses, whatever the DNS says by now. */
function pinnedLookup({ addresses }: PinnedServer): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0].address, addresses[0].family);
  };
}

function query(options?: { dryRun?: boolean }): string {
  return options?.dryRun ? '?dryRun=All' : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
