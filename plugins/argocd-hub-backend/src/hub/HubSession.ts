import type { HubConfig } from '../config';
import { HubError } from './HubError';
import { loginRefusal } from './hubRefusal';
import type { HubTransport } from './HubTransport';

// Five failed logins in five minutes lock an account of Argo CD, for people too.
const WAIT_AFTER_REFUSAL_MS = 150_000;
/** The part of a session's life after which it is renewed. */
const RENEW_AFTER = 0.8;
const LARGEST_ANSWER = 64 * 1024;

interface Session {
  token: string;
  /** By `performance.now()`. */
  renewAt: number;
}

/** The token to call a hub with: the configured one, or that of one kept session. */
export class HubSession {
  readonly #transport: HubTransport;
  readonly #auth: HubConfig['auth'];
  readonly #timeoutMs: number;
  #login?: Promise<Session>;

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
    const login = (this.#login ??= this.#begin(this.#auth));
    const session = await login;
    if (performance.now() < session.renewAt) {
      return session.token;
    }
    this.#drop(login);
    return (await (this.#login ??= this.#begin(this.#auth))).token;
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
    if (login && session?.token === token) {
      this.#drop(login);
    }
    return true;
  }

  #drop(login: Promise<Session>): void {
    if (this.#login === login) {
      this.#login = undefined;
    }
  }

  #begin(auth: { username: string; password: string }): Promise<Session> {
    const login = this.#signIn(auth);
    login.catch(error => {
      // A wrong password is tried again only slowly; an unreachable hub at once.
      if (error instanceof HubError && error.isSignedOut) {
        setTimeout(() => this.#drop(login), WAIT_AFTER_REFUSAL_MS).unref();
      } else {
        this.#drop(login);
      }
    });
    return login;
  }

  async #signIn(auth: {
    username: string;
    password: string;
  }): Promise<Session> {
    const call = {
      route: 'session' as const,
      method: 'POST' as const,
      path: '/api/v1/session',
      body: auth,
      timeoutMs: this.#timeoutMs,
    };
    const text = await this.#transport.exchange(call, async answer => {
      if (answer.status !== 200) {
        throw loginRefusal(answer);
      }
      return answer.text(LARGEST_ANSWER);
    });
    return sessionOf(text);
  }
}

function sessionOf(text: string): Session {
  let token: unknown;
  try {
    ({ token } = JSON.parse(text));
  } catch {
    token = undefined;
  }
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new HubError({
      class: 'protocol',
      message: 'The hub answered a login without a token',
    });
  }
  const renewAt = performance.now() + RENEW_AFTER * lifetimeMs(token);
  return { token, renewAt };
}

/** How long a session lasts, by its own two times: the clocks of hub and backend may differ. */
function lifetimeMs(token: string): number {
  try {
    const [, payload] = token.split('.');
    const { exp, iat } = JSON.parse(
      Buffer.from(payload, 'base64url').toString(),
    );
    return (exp - iat) * 1_000 || Infinity;
  } catch {
    return Infinity;
  }
}
