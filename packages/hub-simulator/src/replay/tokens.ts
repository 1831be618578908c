import type { Hub } from '../Hub';
import type { RecordedCall } from './recording';

/** Who a recorded token was made for. */
export interface TokenClaims {
  account: string;
  capability: 'login' | 'apiKey';
  id: string;
}

/** The claims of a token of Argo CD, undefined for any other text. */
export function claimsOf(token: string): TokenClaims | undefined {
  const [, payload, signature] = token.split('.');
  if (!payload || signature === undefined) return undefined;
  try {
    const text = Buffer.from(payload, 'base64url').toString('utf8');
    const { sub = '', jti = '' } = JSON.parse(text) as Record<string, string>;
    const [account, capability] = sub.split(':');
    if (capability !== 'login' && capability !== 'apiKey') return undefined;
    return { account, capability, id: jti };
  } catch {
    return undefined;
  }
}

/** The token that a recorded request carries in its headers. */
export function tokenOf({ request }: RecordedCall): string | undefined {
  const { headers } = request;
  const [, bearer] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  const [, cookie] = /argocd\.token=([^;]+)/.exec(headers.cookie ?? '') ?? [];
  return headers['grpc-metadata-token'] ?? bearer ?? cookie;
}

/**
 * The token to send in place of a recorded one: of the same account where it
 * can be read, else the administrator's. What the hub refused is sent as it was.
 */
export async function standIn(
  hub: Hub,
  call: RecordedCall,
  passwords: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const recorded = tokenOf(call);
  if (recorded === undefined || call.response.status === 401) return recorded;
  const claims = claimsOf(recorded);
  if (!claims || claims.account === 'admin') return (await hub.admin()).token;
  const { account, capability, id } = claims;
  if (capability === 'apiKey') return hub.sessions.apiKey(account, id);
  return hub.sessions.login(account, passwords.get(account) ?? '');
}
