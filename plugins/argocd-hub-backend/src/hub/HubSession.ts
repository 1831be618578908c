import type { HubConfig } from '../config';
import { HubError } from './HubError';
import type { HubTransport } from './HubTransport';

// Five failed logins in five minutes lock an account of Argo CD.
const WAIT_AFTER_REFUSAL_MS = 75_000;
const RENEW_BEFORE_END_MS = 10 * 60_000;
const LARGEST_ANSWER = 64 * 1024;

/** The token to call a hub with: the configured one, or that of one kept session. */
export class HubSession {
  readonly #transport: HubTransport;
  readonly #auth: HubConfig['auth'];
  readonly #timeoutMs: number;
  #login?: Promise<{ token: string; renewAt: number }>;

  constructor(options: {
    transport: HubTransport;
    auth: HubConfig['auth'];
    timeoutMs: number;
  }) {
    this.#transport = options.transport;
    this.#auth = options.auth;
    this.#timeoutMs = options.timeoutMs;
  }

  async token(): Promise<string> {
    if ('token' in this.#auth) {
      return this.#auth.token;
    }
    this.#login ??= this.#signIn(this.#auth);
    const session = await this.#login;
    if (Date.now() > session.renewAt) {
      await this.forget(session.token);
      return this.token();
    }
    return session.token;
  }

  /**
   * After a 401 for `token`: the next call signs in anew, unless another call
   * has done so already. Answers whether that can help.
   */
  async forget(token: string): Promise<boolean> {
    if ('token' in this.#auth) {
      return false;
    }
    const login = this.#login;
    const session = await login?.catch(() => undefined);
    if (session?.token === token && this.#login === login) {
      this.#login = undefined;
    }
    return true;
  }

  async #signIn(login: { username: string; password: string }) {
    try {
      const text = await this.#transport.text(
        {
          method: 'POST',
          path: '/api/v1/session',
          body: login,
          timeoutMs: this.#timeoutMs,
        },
        { largest: LARGEST_ANSWER },
      );
      const { token } = JSON.parse(text) as { token: string };
      return { token, renewAt: renewAt(token) };
    } catch (error) {
      this.#holdOff(error);
      throw error;
    }
  }

  /** A wrong password is tried again only slowly; an unreachable hub at once. */
  #holdOff(error: unknown) {
    const refused = error instanceof HubError && error.status === 401;
    setTimeout(
      () => {
        this.#login = undefined;
      },
      refused ? WAIT_AFTER_REFUSAL_MS : 0,
    ).unref();
  }
}

function renewAt(token: string): number {
  try {
    const [, payload] = token.split('.');
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return exp * 1_000 - RENEW_BEFORE_END_MS || Infinity;
  } catch {
    return Infinity;
  }
}
