import { createSecretKey, randomUUID, type KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HubState } from '../state/HubState';
import { CONTROL_PLANE } from '../state/names';
import { type Account, Accounts, type Capability } from './Accounts';
import { cookieToken } from './cookies';
import { ApiError, Code } from './errors';
import { type Claims, readToken, signToken, verifyToken } from './jwt';
import { LoginGuard } from './LoginGuard';
import { findProjectToken } from './projectTokens';

export type { Account } from './Accounts';

const ISSUER = 'argocd';
/** A login token that ends within this time is renewed. */
const RENEWAL_SECONDS = 5 * 60;

/** Who is asking. */
export interface Session {
  /** account name without the capability, or `proj:<project>:<role>`; '' = anybody */
  username: string;
  issuer: string;
  /** seconds since 1970 */
  issuedAt: number;
  groups?: string[];
  /** a token to go on with, because the one given is about to end */
  renewed?: string;
}

/** Who asks without a token where that is allowed. */
export const ANONYMOUS: Session = { username: '', issuer: '', issuedAt: 0 };

/** Makes and checks the hub's JSON web tokens. */
export class Sessions {
  readonly accounts: Accounts;
  readonly #key: KeyObject;
  readonly #state: HubState;
  readonly #guard: LoginGuard;
  readonly #revoked = new Set<string>();
  readonly #fresh = new Set<string>();
  #expiredAt = -1;

  constructor(options: {
    secret: string;
    accounts: Account[];
    state: HubState;
  }) {
    this.#key = createSecretKey(Buffer.from(options.secret));
    this.accounts = new Accounts(options.accounts);
    this.#state = options.state;
    this.#guard = new LoginGuard(options.state);
  }

  /** A token for an API key of an account that lists `id`. */
  async apiKey(account: string, id: string, seconds = 0): Promise<string> {
    return this.#sign(`${account}:apiKey`, id, seconds);
  }

  /** A token of a project's role, which the project must list. */
  projectToken(subject: string, id: string, seconds = 0): string {
    return this.#sign(subject, id, seconds);
  }

  /** A login token for somebody who need not prove anything, at once. */
  loginAs(username: string): string {
    const { sessionSeconds } = this.#state.settings;
    return this.#sign(`${username}:login`, randomUUID(), sessionSeconds);
  }

  /** A login token after the usual delay; throws 401 for wrong credentials. */
  async login(username: string, password: string): Promise<string> {
    await this.checkPassword(username, password);
    return this.loginAs(username);
  }

  /** Takes half a second to a second; throws 401 for wrong credentials. */
  async checkPassword(username: string, password: string): Promise<void> {
    if (!password) {
      throw unauthenticated('Blank passwords are not allowed');
    }
    if (Buffer.byteLength(username) > 32) {
      throw new ApiError(
        Code.InvalidArgument,
        'Username is too long (32 bytes max)',
      );
    }
    await this.#guard.delay();
    const account = this.accounts.find(username);
    this.#guard.check(username, () => account?.password === password);
    if (!account!.enabled) {
      throw unauthenticated(`Account ${username} is disabled`);
    }
    if (!account!.capabilities.includes('login')) {
      throw unauthenticated(
        `Account ${username} does not have login capability`,
      );
    }
    this.#guard.forget(username);
  }

  /** Ends one token by its id (`jti`). */
  revoke(id: string): void {
    this.#revoked.add(id);
  }

  /** Ends every token handed out so far, as if its time were over. */
  expireAll(): void {
    this.#expiredAt = Math.floor(Date.now() / 1000);
    this.#fresh.clear();
  }

  /** Lets tokens live again that {@link Sessions.expireAll} has ended. */
  unexpireAll(): void {
    this.#expiredAt = -1;
  }

  /**
   * The session of a request; throws 401 on a bad token. Without a token it is
   * undefined, or nobody's session where anonymous access is on.
   */
  async authenticate(request: IncomingMessage): Promise<Session | undefined> {
    const { anonymousEnabled } = this.#state.settings;
    const token = findToken(request);
    if (!token) return anonymousEnabled ? ANONYMOUS : undefined;
    try {
      return this.#verify(token);
    } catch (error) {
      if (anonymousEnabled) return ANONYMOUS;
      const why = (error as Error).message;
      throw unauthenticated(`invalid session: ${why}`);
    }
  }

  #verify(token: string): Session {
    const parts = readToken(token);
    const { claims } = parts;
    if (claims.iss !== ISSUER) throw new Error('SSO is not configured');
    verifyToken(parts, this.#key);
    const issuedAt = issueTime(claims);
    this.#checkExpired(claims, issuedAt);
    const subject = textOf(claims.sub);
    const groups = groupsOf(claims);
    const session = { issuer: ISSUER, issuedAt, ...(groups && { groups }) };
    if (/^proj:[^:]*:[^:]*$/.test(subject)) {
      this.#checkProject(subject, issuedAt, textOf(claims.jti));
      return { ...session, username: subject };
    }
    const [username, kind] = subject.split(':');
    const capability = kind === 'login' ? 'login' : 'apiKey';
    this.#checkAccount(username, capability, claims);
    const renewed = this.#renew(username, capability, claims);
    return { ...session, username, ...(renewed && { renewed }) };
  }

  #checkExpired({ jti }: Claims, issuedAt: number): void {
    if (issuedAt > this.#expiredAt || this.#fresh.has(textOf(jti))) return;
    throw new Error('token has invalid claims: token is expired');
  }

  #checkProject(subject: string, issuedAt: number, id: string): void {
    const [, name, role] = subject.split(':');
    const project = this.#state.projects.get(name, CONTROL_PLANE);
    if (!project) {
      throw new Error(`appproject.argoproj.io "${name}" not found`);
    }
    if (findProjectToken(project, role, { issuedAt, id })) return;
    throw new Error(
      `JWT token for role '${role}' issued at '${issuedAt}' does not exist in project '${name}'`,
    );
  }

  #checkAccount(name: string, capability: Capability, claims: Claims): void {
    const account = this.accounts.find(name);
    const id = textOf(claims.jti);
    if (!account) {
      throw new Error(
        `rpc error: code = NotFound desc = account '${name}' does not exist`,
      );
    }
    if (!account.enabled) throw new Error(`account ${name} is disabled`);
    if (!account.capabilities.includes(capability)) {
      throw new Error(
        `account ${name} does not have '${capability}' capability`,
      );
    }
    if (!id) {
      throw new Error(
        'token does not have a unique identifier (jti claim) and cannot be validated',
      );
    }
    if (this.#revoked.has(id)) {
      throw new Error('token is revoked, please re-login');
    }
    const isListed = account.tokens.some(token => token.id === id);
    if (capability === 'apiKey' && !isListed) {
      throw new Error(`account ${name} does not have token with id ${id}`);
    }
    const { passwordChangedAt = 0 } = account;
    if (issueTime(claims) < passwordChangedAt) {
      throw new Error('account password has changed since token issued');
    }
  }

  #renew(
    username: string,
    capability: Capability,
    claims: Claims,
  ): string | undefined {
    if (capability !== 'login' || typeof claims.exp !== 'number') {
      return undefined;
    }
    if (claims.exp - Date.now() / 1000 >= RENEWAL_SECONDS) return undefined;
    const seconds = claims.exp - issueTime(claims);
    return this.#sign(`${username}:login`, randomUUID(), seconds);
  }

  #sign(subject: string, id: string, seconds: number): string {
    const now = Math.floor(Date.now() / 1000);
    if (this.#expiredAt >= 0) this.#fresh.add(id);
    const claims: Claims = {
      iss: ISSUER,
      sub: subject,
      ...(seconds > 0 && { exp: now + seconds }),
      nbf: now,
      iat: now,
      jti: id,
    };
    return signToken(claims, this.#key);
  }
}

function findToken({ headers }: IncomingMessage): string | undefined {
  const metadata = headers['grpc-metadata-token'];
  if (metadata !== undefined) return String(metadata);
  const [, bearer] = /^Bearer (.*)$/.exec(headers.authorization ?? '') ?? [];
  if (bearer && isShaped(bearer)) return bearer;
  const cookie = cookieToken(headers.cookie);
  return cookie && isShaped(cookie) ? cookie : undefined;
}

/** What has fewer than two dots is not even looked at. */
function isShaped(token: string): boolean {
  return token.split('.').length >= 3;
}

function issueTime({ iat }: Claims): number {
  if (iat === undefined) throw new Error('token does not have iat claim');
  if (typeof iat === 'number') return Math.trunc(iat);
  throw new Error(`iat '${iat}' is not a number`);
}

function groupsOf({ groups }: Claims): string[] | undefined {
  if (typeof groups === 'string') return [groups];
  if (!Array.isArray(groups)) return undefined;
  return groups.filter(each => typeof each === 'string');
}

function textOf(claim: unknown): string {
  return typeof claim === 'string' ? claim : '';
}

function unauthenticated(message: string): ApiError {
  return new ApiError(Code.Unauthenticated, message);
}
