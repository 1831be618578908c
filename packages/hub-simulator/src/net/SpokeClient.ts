import { type Agent, request as httpsRequest } from 'node:https';
import type { ClusterConfig } from '../types/argocd';

/** Go's HTTP client gives up on TLS after this long. */
const TLS_TIMEOUT_MS = 10_000;
/** However fast time goes: a busy machine needs that long for an honest handshake. */
const LEAST_TLS_TIMEOUT_MS = 2000;

export interface SpokeTarget {
  server: string;
  config: ClusterConfig;
}

export interface SpokeCall {
  method?: string;
  path: string;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
  /** shares connections between calls; without one each call opens its own */
  agent?: Agent;
}

/** The spoke could not be talked to; the text is that of Go's net/http. */
export class DialError extends Error {}

/** The spoke answered with a failure. */
export class SpokeStatusError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Calls a spoke's Kubernetes API as Argo CD does: with the registered credential
 * and client-go's error texts, and in argocd-server on a new connection per call.
 */
export class SpokeClient {
  readonly #scaled: (ms: number) => number;

  constructor(options: { scaled: (ms: number) => number }) {
    this.#scaled = options.scaled;
  }

  /** The parsed answer; throws {@link DialError} or {@link SpokeStatusError}. */
  async call<T>(target: SpokeTarget, call: SpokeCall): Promise<T> {
    // As with client-go a query of the server is dropped (it only makes it unique).
    const server = target.server.replace(/[?#].*$/, '').replace(/\/$/, '');
    const url = `${server}${call.path}`;
    const method = call.method ?? 'GET';
    let answer: { code: number; text: string };
    try {
      answer = await this.#send(new URL(url), method, target.config, call);
    } catch (error) {
      const verb = `${method[0]}${method.slice(1).toLowerCase()}`;
      throw new DialError(`${verb} "${url}": ${goText(error as Error, url)}`);
    }
    if (answer.code < 400) return parse(answer.text) as T;
    throw statusError(answer.code, answer.text);
  }

  #send(
    url: URL,
    method: string,
    config: ClusterConfig,
    call: SpokeCall,
  ): Promise<{ code: number; text: string }> {
    const body =
      call.body === undefined ? undefined : JSON.stringify(call.body);
    const tls = config.tlsClientConfig;
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        url,
        {
          method,
          agent: call.agent ?? false,
          signal: call.signal,
          headers: {
            accept: 'application/json',
            ...authorization(config),
            ...(body && {
              'content-type': call.contentType ?? 'application/json',
              'content-length': Buffer.byteLength(body),
            }),
          },
          ca: decode(tls?.caData),
          cert: decode(tls?.certData),
          key: decode(tls?.keyData),
          rejectUnauthorized: !tls?.insecure,
          ...(tls?.serverName && { servername: tls.serverName }),
        },
        response => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', chunk => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ code: response.statusCode ?? 0, text }),
          );
          response.on('error', reject);
        },
      );
      request.on('error', reject);
      this.#limitHandshake(request);
      request.end(body);
    });
  }

  #limitHandshake(request: ReturnType<typeof httpsRequest>): void {
    const timer = setTimeout(
      () => request.destroy(new Error('net/http: TLS handshake timeout')),
      Math.max(this.#scaled(TLS_TIMEOUT_MS), LEAST_TLS_TIMEOUT_MS),
    );
    request.on('socket', socket => {
      if (request.reusedSocket) clearTimeout(timer);
      else socket.once('secureConnect', () => clearTimeout(timer));
    });
    request.on('close', () => clearTimeout(timer));
  }
}

function authorization(config: ClusterConfig): Record<string, string> {
  if (config.bearerToken) {
    return { authorization: `Bearer ${config.bearerToken}` };
  }
  if (!config.username) return {};
  const pair = `${config.username}:${config.password ?? ''}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function decode(data: string | undefined): Buffer | undefined {
  return data ? Buffer.from(data, 'base64') : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function statusError(code: number, text: string): SpokeStatusError {
  const status = parse(text) as { message?: string };
  if (code === 401) return new SpokeStatusError(401, 'Unauthorized');
  const fallback =
    code === 503
      ? 'the server is currently unable to handle the request'
      : `an error on the server ("${text.slice(
          0,
          100,
        )}") has prevented the request from succeeding`;
  return new SpokeStatusError(code, status?.message ?? fallback);
}

/** What Go says where Node says something else. */
function goText(error: Error & { code?: string }, url: string): string {
  const { hostname, port } = new URL(url);
  const address = `${hostname}:${port || 443}`;
  switch (error.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${hostname} on 10.96.0.10:53: no such host`;
    case 'ECONNRESET':
      return error.message === 'socket hang up'
        ? 'EOF'
        : `read tcp 10.244.0.10:41000->${address}: read: connection reset by peer`;
    case 'ETIMEDOUT':
      return `dial tcp ${address}: i/o timeout`;
    case 'ABORT_ERR':
      return 'context deadline exceeded';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `tls: failed to verify certificate: x509: certificate is not valid for ${hostname}`;
    case 'CERT_HAS_EXPIRED':
      return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_SIGNATURE_FAILURE':
      return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    default:
      return error.message;
  }
}
