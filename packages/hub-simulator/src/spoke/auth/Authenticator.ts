import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { JWTPayload } from 'jose';
import type { SpokeStore } from './SpokeStore';
import { unauthorized } from './status';
import type { TokenIssuer } from './TokenIssuer';

export interface User {
  username: string;
  uid?: string;
  groups: string[];
}

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
    const certified = fromCertificate(request.socket as TLSSocket);
    if (certified) return certified;
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '');
    if (bearer) return this.#fromToken(bearer[1]);
    if (request.headers.authorization) throw unauthorized();
    return ANONYMOUS;
  }

  async #fromToken(token: string): Promise<User> {
    if (token === this.#adminToken) {
      return user('kubernetes-admin', ['system:masters']);
    }
    const claims = await this.#issuer.verify(token);
    const account = claims && this.#serviceAccount(claims, token);
    if (!account) throw unauthorized();
    const { namespace, name, uid } = account;
    return {
      ...user(`system:serviceaccount:${namespace}:${name}`, [
        'system:serviceaccounts',
        `system:serviceaccounts:${namespace}`,
      ]),
      uid,
    };
  }

  #serviceAccount(claims: JWTPayload, token: string) {
    const bound = claims['kubernetes.io'] as
      | { namespace: string; serviceaccount: { name: string; uid: string } }
      | undefined;
    const flat = (key: string) =>
      claims[`kubernetes.io/serviceaccount/${key}`] as string;
    const namespace = bound?.namespace ?? flat('namespace');
    const name = bound?.serviceaccount.name ?? flat('service-account.name');
    const uid = bound?.serviceaccount.uid ?? flat('service-account.uid');
    const account = this.#store.of('serviceaccounts').get(name, namespace);
    if (account?.metadata.uid !== uid) return undefined;
    if (!bound && !this.#secretHolds(namespace, flat('secret.name'), token)) {
      return undefined;
    }
    return { namespace, name, uid };
  }

  /** A legacy token lives exactly as long as its Secret. */
  #secretHolds(namespace: string, name: string, token: string): boolean {
    const secret = this.#store.of('secrets').get(name, namespace);
    const data = secret?.data as Record<string, string> | undefined;
    return data?.token === Buffer.from(token).toString('base64');
  }
}

function user(username: string, groups: string[]): User {
  return { username, groups: [...groups, 'system:authenticated'] };
}

function fromCertificate(socket: TLSSocket): User | undefined {
  if (!socket.authorized) return undefined;
  const subject = socket.getPeerCertificate().subject as
    | { CN?: string; O?: string | string[] }
    | undefined;
  if (!subject?.CN) return undefined;
  return user(subject.CN, [subject.O ?? []].flat());
}
