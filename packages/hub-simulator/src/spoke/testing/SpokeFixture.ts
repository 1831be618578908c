import { request as httpsRequest } from 'node:https';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Clock } from '../../clock';
import {
  createAuthority,
  issueClient,
  issueServer,
  type KeyPair,
} from '../../net/pki';
import { Spoke } from '../Spoke';
import { TokenIssuer } from '../TokenIssuer';

/** An answer of the API. */
export interface SpokeAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  // Tests read answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface SpokeCall {
  method?: string;
  body?: unknown;
  /** default `application/json` */
  type?: string;
  headers?: Record<string, string>;
  /** default: the administrator's; none at all when empty */
  token?: string;
  /** a client certificate instead of a token */
  certificate?: KeyPair;
}

/** One cluster over real TLS, without a hub. */
export class SpokeFixture {
  readonly spoke: Spoke;
  readonly authority: KeyPair;
  readonly #adminToken: string;
  readonly #clock: Clock;

  private constructor(options: {
    spoke: Spoke;
    authority: KeyPair;
    adminToken: string;
    clock: Clock;
  }) {
    this.spoke = options.spoke;
    this.authority = options.authority;
    this.#adminToken = options.adminToken;
    this.#clock = options.clock;
  }

  static async start(timeScale = 10): Promise<SpokeFixture> {
    const authority = await createAuthority('test-ca');
    const adminToken = randomBytes(24).toString('hex');
    const clock = new Clock(timeScale);
    const spoke = new Spoke({
      name: 'test',
      clock,
      keys: {
        authority,
        server: await issueServer(authority),
        tokenKey: TokenIssuer.createKey(),
        adminToken,
        adminCertificate: await issueClient(authority, {
          user: 'kubernetes-admin',
          groups: ['system:masters'],
        }),
      },
    });
    await spoke.start();
    return new SpokeFixture({ spoke, authority, adminToken, clock });
  }

  async stop(): Promise<void> {
    this.#clock.stop();
    await this.spoke.stop();
  }

  get(path: string, options: SpokeCall = {}): Promise<SpokeAnswer> {
    return this.call(path, options);
  }

  post(path: string, body: unknown, options: SpokeCall = {}) {
    return this.call(path, { ...options, method: 'POST', body });
  }

  put(path: string, body: unknown, options: SpokeCall = {}) {
    return this.call(path, { ...options, method: 'PUT', body });
  }

  patch(path: string, type: string, body: unknown, options: SpokeCall = {}) {
    return this.call(path, {
      ...options,
      method: 'PATCH',
      body,
      type: `application/${type}`,
    });
  }

  delete(path: string, body?: unknown, options: SpokeCall = {}) {
    return this.call(path, { ...options, method: 'DELETE', body });
  }

  async call(path: string, options: SpokeCall = {}): Promise<SpokeAnswer> {
    const response = await this.open(path, options);
    let text = '';
    for await (const chunk of response) text += chunk;
    const { statusCode, headers } = response;
    return { status: statusCode!, headers, text, body: parse(text) };
  }

  /** Watches a path; the events so far, and a way to leave. */
  async watch(path: string, options: SpokeCall = {}) {
    const response = await this.open(path, options);
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    const events: { type: string; object: any }[] = [];
    let rest = '';
    response.setEncoding('utf8');
    response.on('error', () => {});
    const ended = new Promise<void>(resolve => {
      response.on('close', resolve);
    });
    response.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      events.push(...lines.filter(Boolean).map(line => JSON.parse(line)));
    });
    return {
      status: response.statusCode!,
      events,
      ended,
      stop: () => response.destroy(),
    };
  }

  /** A service account's token that the API knows. */
  async tokenOf(namespace: string, name: string, spec: object = {}) {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { body } = await this.post(path, { spec });
    return body.status.token as string;
  }

  open(path: string, options: SpokeCall): Promise<IncomingMessage> {
    const { method = 'GET', certificate } = options;
    const body = encode(options.body);
    const token = options.token ?? (certificate ? '' : this.#adminToken);
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        `${this.spoke.url}${path}`,
        {
          method,
          ca: this.authority.cert,
          cert: certificate?.cert,
          key: certificate?.key,
          agent: false,
          headers: {
            ...(body !== undefined && {
              'content-type': options.type ?? 'application/json',
              'content-length': Buffer.byteLength(body),
            }),
            ...(token && { authorization: `Bearer ${token}` }),
            ...options.headers,
          },
        },
        resolve,
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

function encode(body: unknown): string | Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
