import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { JWTPayload } from 'jose';
import type { SpokeStore } from '../SpokeStore';
import { unauthorized } from '../status';
import { AUDIENCE, type TokenIssuer } from '../TokenIssuer';

/** Somebody who sends requests. */
export interface User {
  username: string;
  uid?: string;
  groups: string[];
  extra?: Record<string, string[]>;
}

/** The part of a token's claims that names what it is bound to. */
interface BoundClaims {
  namespace: string;
  serviceaccount: { name: string; uid: string };
  pod?: { name: string; uid: string };
  secret?: { name: string; uid: string };
}

const CREDENTIAL = 'authentication.kubernetes.io/credential-id';
const ANONYMOUS: User = {
  username: 'system:anonymous',
  groups: ['system:unauthenticated'],
};

/** Tells who sends a request: client certificate, static token or service account. */
export class Authenticator {
  readonly #store: SpokeStore;
  readonly #issuer: TokenIssuer;
  readonly #adminToken: string;

  constructor(options: {
    store: SpokeStore;
    issuer: TokenIssuer;
    adminToken: string;
  }) {
    this.#store = options.store;
    this.#issuer = options.issuer;
    this.#adminToken = options.adminToken;
  }

  /** Throws 401 for a credential that is given and wrong; none at all is anonymous. */
  async authenticate(request: IncomingMessage): Promise<User> {
    const socket = request.socket as TLSSocket;
    const certified = fromCertificate(socket);
    if (certified) return certified;
    const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '');
    const known = bearer && (await this.fromToken(bearer[1].trim()));
    if (known) return known;
    if (bearer || isForeign(socket)) throw unauthorized();
    // Basic authentication is nothing that Kubernetes looks at.
    return ANONYMOUS;
  }

  /** Whose token this is; undefined for one that is wrong, expired or revoked. */
  async fromToken(
    token: string,
    audiences: readonly string[] = [AUDIENCE],
  ): Promise<User | undefined> {
    if (token === this.#adminToken) {
      return user('kubernetes-admin', ['system:masters']);
    }
    const claims = await this.#issuer.verify(token);
    if (!claims) return undefined;
    const bound = claims['kubernetes.io'] as BoundClaims | undefined;
    if (!bound) return this.#fromLegacyClaims(claims, token);
    const heard = [claims.aud ?? []].flat();
    if (!audiences.some(each => heard.includes(each))) return undefined;
    return this.#fromBoundClaims(bound, claims.jti);
  }

  #fromBoundClaims(bound: BoundClaims, id?: string): User | undefined {
    const { namespace, serviceaccount, pod, secret } = bound;
    const lives = (resource: string, ref?: { name: string; uid: string }) =>
      !ref ||
      this.#store.of(resource).get(ref.name, namespace)?.metadata.uid ===
        ref.uid;
    const valid =
      lives('serviceaccounts', serviceaccount) &&
      lives('pods', pod) &&
      lives('secrets', secret);
    if (!valid) return undefined;
    return {
      ...serviceAccount(namespace, serviceaccount.name, serviceaccount.uid),
      ...(id && { extra: { [CREDENTIAL]: [`JTI=${id}`] } }),
    };
  }

  #fromLegacyClaims(claims: JWTPayload, token: string): User | undefined {
    const flat = (key: string) =>
      String(claims[`kubernetes.io/serviceaccount/${key}`] ?? '');
    const namespace = flat('namespace');
    const name = flat('service-account.name');
    const uid = flat('service-account.uid');
    const account = this.#store.of('serviceaccounts').get(name, namespace);
    if (account?.metadata.uid !== uid) return undefined;
    return this.#secretHolds(namespace, flat('secret.name'), token)
      ? serviceAccount(namespace, name, uid)
      : undefined;
  }

  /** A legacy token lives exactly as long as its Secret. */
  #secretHolds(namespace: string, name: string, token: string): boolean {
    const secret = this.#store.of('secrets').get(name, namespace);
    if (!secret || secret.metadata.deletionTimestamp) return false;
    const data = secret.data as Record<string, string> | undefined;
    return data?.token === Buffer.from(token).toString('base64');
  }
}

function user(username: string, groups: string[]): User {
  return { username, groups: [...groups, 'system:authenticated'] };
}

function serviceAccount(namespace: string, name: string, uid: string): User {
  return {
    ...user(`system:serviceaccount:${namespace}:${name}`, [
      'system:serviceaccounts',
      `system:serviceaccounts:${namespace}`,
    ]),
    uid,
  };
}

function fromCertificate(socket: TLSSocket): User | undefined {
  if (!socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  const subject = certificate.subject as
    | { CN?: string; O?: string | string[] }
    | undefined;
  if (!subject?.CN) return undefined;
  const hash = createHash('sha256').update(certificate.raw).digest('hex');
  return {
    ...user(subject.CN, [subject.O ?? []].flat()),
    extra: { [CREDENTIAL]: [`X509SHA256=${hash}`] },
  };
}

/** Whether a client certificate was shown that the cluster's authority did not sign. */
function isForeign(socket: TLSSocket): boolean {
  return (
    !socket.authorized && !!socket.getPeerX509Certificate?.()?.fingerprint256
  );
}
