import type { RecordedCall } from './recording';
import { callerOf, claimsOf } from './tokens';

const encode = (value: object) =>
  Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (sub: string) =>
  `${encode({ alg: 'HS256' })}.${encode({ sub, jti: 'id' })}.signature`;

function call(
  path: string,
  response: RecordedCall['response'],
  authorization?: string,
): RecordedCall {
  const headers: Record<string, string> = authorization
    ? { authorization: `Bearer ${authorization}` }
    : {};
  return {
    line: 1,
    ignore: [],
    request: { method: 'GET', path, headers },
    response,
  };
}

const PORTAL = { account: 'portal', capability: 'apiKey', id: 'id' };

describe('the caller of a recorded call', () => {
  it('reads the claims of a token of Argo CD alone', () => {
    expect(claimsOf(jwt('portal:apiKey'))).toEqual(PORTAL);
    expect(claimsOf(jwt('proj:a:b'))).toBeUndefined();
    expect(claimsOf('opaque')).toBeUndefined();
    expect(claimsOf('a.b.c')).toBeUndefined();
  });

  const denied = {
    message:
      'permission denied: a, b, c, sub: portal, iat: 2026-01-01T00:00:00Z',
  };
  it.each<[string, RecordedCall, unknown]>([
    [
      'is the account of the token',
      call('/api/v1/clusters', { status: 200 }, jwt('portal:apiKey')),
      PORTAL,
    ],
    [
      'is the administrator with a token that was blacked out',
      call('/api/v1/clusters', { status: 200 }, '***'),
      'admin',
    ],
    [
      'is the administrator where a token must have been',
      call('/api/v1/clusters', { status: 200 }),
      'admin',
    ],
    [
      'is who was denied',
      call('/api/v1/clusters', { status: 403, body: denied }),
      { ...PORTAL, id: 'recorded' },
    ],
    [
      'is who was told so',
      call('/api/v1/session/userinfo', {
        status: 200,
        body: { loggedIn: true, username: 'portal' },
      }),
      { ...PORTAL, id: 'recorded' },
    ],
    [
      'is nobody where the answer is one for everybody',
      call('/api/version', { status: 200, body: { Version: 'v3' } }),
      'nobody',
    ],
    [
      'stays as recorded where the hub refused it',
      call('/api/v1/clusters', { status: 401 }, jwt('portal:apiKey')),
      'recorded',
    ],
  ])('%s', (_, recorded, expected) => {
    expect(callerOf(recorded)).toEqual(expected);
  });
});
