import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';

/** Who tokens are for unless somebody asks otherwise: the API server itself. */
export const AUDIENCE = 'https://kubernetes.default.svc.cluster.local';

export interface ServiceAccountRef {
  namespace: string;
  name: string;
  uid: string;
}

/** What a TokenRequest asks for. */
export interface BoundTokenOptions {
  seconds: number;
  audiences?: readonly string[];
  /** the pod or Secret with which the token ends */
  boundTo?: { kind: 'pod' | 'secret'; name: string; uid: string };
}

/** Signs and checks the service account tokens of one spoke. */
export class TokenIssuer {
  readonly #pem: string;
  #keys: { private: KeyObject; public: KeyObject } | undefined;

  constructor(key: string) {
    this.#pem = key;
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
  boundToken(
    account: ServiceAccountRef,
    { seconds, audiences = [AUDIENCE], boundTo }: BoundTokenOptions,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { namespace, name, uid } = account;
    return this.#sign({
      aud: [...audiences],
      exp: now + seconds,
      iat: now,
      iss: AUDIENCE,
      jti: randomUUID(),
      'kubernetes.io': {
        namespace,
        ...(boundTo && {
          [boundTo.kind]: { name: boundTo.name, uid: boundTo.uid },
        }),
        serviceaccount: { name, uid },
      },
      nbf: now,
      sub: subject(account),
    });
  }

  /** The claims of a token signed here that has not expired, else undefined. */
  async verify(token: string): Promise<JWTPayload | undefined> {
    try {
      return (await jwtVerify(token, this.#load().public)).payload;
    } catch {
      return undefined;
    }
  }

  #sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'simulator' })
      .sign(this.#load().private);
  }

  /** Parsed when the first token is needed, which most clusters never see. */
  #load() {
    if (!this.#keys) {
      const key = createPrivateKey(this.#pem);
      this.#keys = { private: key, public: createPublicKey(key) };
    }
    return this.#keys;
  }
}

function subject(account: ServiceAccountRef): string {
  return `system:serviceaccount:${account.namespace}:${account.name}`;
}
