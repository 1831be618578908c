import { ApiError, Code } from './errors';

/** A local account of the hub, as a scenario names it. */
export interface Account {
  name: string;
  /** present = capability `login` */
  password?: string;
  /** ids of the API keys that are valid; present = capability `apiKey` */
  apiKeys?: string[];
  /** default true */
  enabled?: boolean;
}

/** An API key that was handed out. */
export interface AccountToken {
  id: string;
  /** seconds since 1970 */
  issuedAt: number;
  /** seconds since 1970, 0 for never */
  expiresAt: number;
}

export type Capability = 'login' | 'apiKey';

export interface AccountRecord {
  name: string;
  enabled: boolean;
  capabilities: Capability[];
  password?: string;
  /** seconds since 1970 of the last change of the password */
  passwordChangedAt?: number;
  tokens: AccountToken[];
}

/** What argocd-secret keeps of accounts, by name. */
export type AccountSecrets = Record<
  string,
  Pick<AccountRecord, 'password' | 'passwordChangedAt' | 'tokens'>
>;

/** The local accounts of argocd-cm with what argocd-secret knows about them. */
export class Accounts {
  readonly #records = new Map<string, AccountRecord>();
  #listener: () => void = () => {};

  constructor(accounts: readonly Account[]) {
    const issuedAt = Math.floor(Date.now() / 1000);
    for (const { name, password, apiKeys, enabled = true } of accounts) {
      this.#records.set(name, {
        name,
        enabled,
        capabilities: [
          ...(password === undefined ? [] : ['login' as const]),
          ...(apiKeys ? ['apiKey' as const] : []),
        ],
        password,
        tokens: (apiKeys ?? []).map(id => ({ id, issuedAt, expiresAt: 0 })),
      });
    }
  }

  /** By name. */
  list(): AccountRecord[] {
    return [...this.#records.values()].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  }

  find(name: string): AccountRecord | undefined {
    return this.#records.get(name);
  }

  /** Throws 404. */
  get(name: string): AccountRecord {
    const found = this.#records.get(name);
    if (found) return found;
    throw new ApiError(Code.NotFound, `account '${name}' does not exist`);
  }

  /** Tells when a token or a password has changed. */
  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  /** What must survive a restart. */
  snapshot(): AccountSecrets {
    return Object.fromEntries(
      this.list().map(({ name, password, passwordChangedAt, tokens }) => [
        name,
        { password, passwordChangedAt, tokens },
      ]),
    );
  }

  /** Puts back a snapshot, as far as its accounts are still there. */
  restore(secrets: AccountSecrets): void {
    for (const [name, secret] of Object.entries(secrets)) {
      Object.assign(this.#records.get(name) ?? {}, secret);
    }
  }

  /** Whether somebody may log in at all. */
  get hasLogin(): boolean {
    return this.list().some(
      ({ enabled, capabilities }) => enabled && capabilities.includes('login'),
    );
  }

  /** Makes an API key known; throws for a known id or without the capability. */
  addToken(name: string, token: AccountToken): void {
    const account = this.get(name);
    if (account.tokens.some(({ id }) => id === token.id)) {
      throw failedUpdate(`account already has token with id '${token.id}'`);
    }
    if (!account.capabilities.includes('apiKey')) {
      throw failedUpdate(`account '${name}' does not have apiKey capability`);
    }
    account.tokens.push(token);
    this.#listener();
  }

  /** Forgets an API key; throws 404 when there is none. */
  removeToken(name: string, id: string): void {
    const account = this.get(name);
    const index = account.tokens.findIndex(token => token.id === id);
    if (index < 0) {
      throw new ApiError(Code.NotFound, `token with id '${id}' does not exist`);
    }
    account.tokens.splice(index, 1);
    this.#listener();
  }

  setPassword(name: string, password: string): void {
    const account = this.get(name);
    account.password = password;
    account.passwordChangedAt = Math.floor(Date.now() / 1000);
    this.#listener();
  }
}

function failedUpdate(why: string): ApiError {
  return new ApiError(
    Code.Unknown,
    `failed to update account with new token: ${why}`,
  );
}
