import { createSecretKey, randomUUID, type KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { ApiError, Code } from './errors';

const ISSUER = 'argocd';
const LOGIN_SECONDS = 24 * 60 * 60;

/** A local account of the hub. */
export interface Account {
  name: string;
  /** present = capability `login` */
  password?: string;
  /** ids of the API keys that are valid; present = capability `apiKey` */
  apiKeys?: string[];
}

/** Who is asking. */
export interface Session {
  /** account name without the capability */
  username: string;
  issuer: string;
  issuedAt: number;
}

/** Makes and checks the hub's JSON web tokens. */
export class Sessions {
  readonly #key: KeyObject;
  readonly #accounts: Account[];

  constructor(options: { secret: string; accounts: Account[] }) {
    this.#key = createSecretKey(Buffer.from(options.secret));
    this.#accounts = options.accounts;
  }

  /** A token for an API key of an account that lists `id`. */
  apiKey(account: string, id: string): Promise<string> {
    return this.#sign(account, 'apiKey', id);
  }

  /** A login token; throws 401 for wrong credentials. */
  async login(username: string, password: string): Promise<string> {
    const account = this.#account(username);
    if (!account?.password || account.password !== password) {
      throw new ApiError(Code.Unauthenticated, 'Invalid username or password');
    }
    return this.#sign(username, 'login', randomUUID(), LOGIN_SECONDS);
  }

  /** The session of a request, undefined without a token; throws 401 on a bad one. */
  async authenticate(request: IncomingMessage): Promise<Session | undefined> {
    const token = findToken(request);
    if (!token) return undefined;
    try {
      const { payload } = await jwtVerify(token, this.#key, { issuer: ISSUER });
      return this.#session(payload);
    } catch (error) {
      throw new ApiError(
        Code.Unauthenticated,
        `invalid session: ${goText(error as Error)}`,
      );
    }
  }

  #session({ sub = '', jti = '', iat = 0 }: JWTPayload): Session {
    const [username, capability] = sub.split(':');
    const account = this.#account(username);
    if (!account) throw new Error(`account '${username}' does not exist`);
    if (capability === 'apiKey' && !account.apiKeys?.includes(jti)) {
      throw new Error(`account ${username} does not have token with id ${jti}`);
    }
    return { username, issuer: ISSUER, issuedAt: iat };
  }

  #account(name: string): Account | undefined {
    return this.#accounts.find(account => account.name === name);
  }

  #sign(
    account: string,
    capability: string,
    id: string,
    seconds?: number,
  ): Promise<string> {
    const jwt = new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(ISSUER)
      .setSubject(`${account}:${capability}`)
      .setJti(id)
      .setIssuedAt()
      .setNotBefore(new Date());
    if (seconds) jwt.setExpirationTime(`${seconds}s`);
    return jwt.sign(this.#key);
  }
}

function findToken(request: IncomingMessage): string | undefined {
  const { headers } = request;
  const metadata = headers['grpc-metadata-token'];
  if (typeof metadata === 'string') return metadata;
  const [, bearer] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (bearer && bearer.split('.').length === 3) return bearer;
  const [, cookie] =
    /(?:^|;\s*)argocd\.token=([^;]+)/.exec(headers.cookie ?? '') ?? [];
  return cookie || undefined;
}

function goText(error: Error & { code?: string }): string {
  switch (error.code) {
    case 'ERR_JWT_EXPIRED':
      return 'token has invalid claims: token is expired';
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return 'token signature is invalid: signature is invalid';
    case 'ERR_JWS_INVALID':
    case 'ERR_JWT_INVALID':
      return 'token is malformed: could not JSON decode header';
    default:
      return error.message;
  }
}
