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
export function tokenOf({
  request,
}: Pick<RecordedCall, 'request'>): string | undefined {
  const { headers } = request;
  const [, bearer] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  const [, cookie] = /argocd\.token=([^;]+)/.exec(headers.cookie ?? '') ?? [];
  return headers['grpc-metadata-token'] ?? bearer ?? cookie;
}

/**
 * Who made a recorded call: an account, or `recorded` where the hub refused the
 * token. Recordings may lack tokens, as they are secrets, so the answer counts.
 */
export function callerOf(
  call: RecordedCall,
): TokenClaims | 'admin' | 'nobody' | 'recorded' {
  const token = tokenOf(call);
  if (call.response.status === 401) return 'recorded';
  const claims = claimsOf(token ?? '');
  if (claims) return claims.account === 'admin' ? 'admin' : claims;
  const account = namedIn(call);
  if (account && account !== 'admin') {
    return { account, capability: 'apiKey', id: 'recorded' };
  }
  return token !== undefined || account || needsSession(call)
    ? 'admin'
    : 'nobody';
}

/**
 * The token to send with a recorded call: of the same account where that is
 * known, else the administrator's. What the hub refused is sent as it was.
 */
export async function standIn(
  hub: Hub,
  call: RecordedCall,
  passwords: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const caller = callerOf(call);
  if (caller === 'recorded') return tokenOf(call);
  if (caller === 'nobody') return undefined;
  if (caller === 'admin') return (await hub.admin()).token;
  const { account, capability, id } = caller;
  if (capability === 'apiKey') return hub.sessions.apiKey(account, id);
  return hub.sessions.login(account, passwords.get(account) ?? '');
}

/** The account that the recorded answer names as the caller. */
function namedIn({ request, response }: RecordedCall): string | undefined {
  const { body, events } = response;
  if (request.path.startsWith('/api/v1/session/userinfo')) {
    return (body as { username?: string } | undefined)?.username;
  }
  const text = JSON.stringify([body, events]);
  return /permission denied: [^"]*, sub: ([^,:"]+), iat: /.exec(text)?.[1];
}

/** Whether an anonymous caller would not have got the recorded answer. */
function needsSession({ request, response }: RecordedCall): boolean {
  const { pathname } = new URL(request.path, 'http://hub');
  const body = (response.body ?? {}) as Record<string, unknown>;
  if (pathname === '/api/version') return Object.keys(body).length > 1;
  if (pathname === '/api/v1/settings') return 'controllerNamespace' in body;
  return !pathname.startsWith('/api/v1/session');
}
