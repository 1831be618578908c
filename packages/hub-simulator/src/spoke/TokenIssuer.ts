import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';

const AUDIENCE = 'https://kubernetes.default.svc.cluster.local';

export interface ServiceAccountRef {
  namespace: string;
  name: string;
  uid: string;
}

/** Signs and checks the service account tokens of one spoke. */
export class TokenIssuer {
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  constructor(key: string) {
    this.#private = createPrivateKey(key);
    this.#public = createPublicKey(this.#private);
  }

  /** A new signing key as PEM. */
  static createKey(): string {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  }

  /** The token of a token Secret: it has flat claims and does not expire. */
  legacyToken(account: ServiceAccountRef, secret: string): Promise<string> {
    return this.#sign({
      iss: 'kubernetes/serviceaccount',
      'kubernetes.io/serviceaccount/namespace': account.namespace,
      'kubernetes.io/serviceaccount/secret.name': secret,
      'kubernetes.io/serviceaccount/service-account.name': account.name,
      'kubernetes.io/serviceaccount/service-account.uid': account.uid,
      sub: subject(account),
    });
  }

  /** The token of a TokenRequest, which expires after `seconds`. */
  boundToken(account: ServiceAccountRef, seconds: number): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { namespace, name, uid } = account;
    return this.#sign({
      aud: [AUDIENCE],
      exp: now + seconds,
      iat: now,
      nbf: now,
      iss: AUDIENCE,
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      sub: subject(account),
    });
  }

  /** The claims of a token signed here that has not expired, else undefined. */
  async verify(token: string): Promise<JWTPayload | undefined> {
    try {
      return (await jwtVerify(token, this.#public)).payload;
    } catch {
      return undefined;
    }
  }

  #sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'simulator' })
      .sign(this.#private);
  }
}

function subject(account: ServiceAccountRef): string {
  return `system:serviceaccount:${account.namespace}:${account.name}`;
}
