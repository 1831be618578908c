import { Fixture } from '../testing/Fixture';

const INFO = '/api/v1/session/userinfo';

describe('sessions', () => {
  let fixture: Fixture;
  let admin: { username: string; password: string };
  let adminToken: string;
  beforeAll(async () => {
    fixture = await Fixture.start({ timeScale: 20 });
    const { body } = await fixture.control('/hub/admin');
    admin = body;
    adminToken = body.token;
  });
  afterAll(() => fixture.stop());

  const post = (body: object) =>
    fixture.hub('/api/v1/session', { method: 'POST', token: '', body });
  const login = ({ username, password } = admin) =>
    post({ username, password });
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

  it('F1.1.5 finds the token in metadata, bearer or cookie', async () => {
    const { token } = fixture.simulator.hub;
    const half = Math.ceil(token.length / 2);
    const ways: Record<string, string>[] = [
      { 'Grpc-Metadata-Token': token },
      { Authorization: `Bearer ${token}` },
      { Cookie: `a=b; argocd.token=${token}` },
      {
        Cookie: `argocd.token-1=${token.slice(
          half,
        )}; argocd.token=2:${token.slice(0, half)}`,
      },
      { Authorization: 'Bearer opaque', Cookie: `argocd.token=${token}` },
    ];
    for (const headers of ways) {
      const { body } = await fixture.hub(INFO, { token: '', headers });
      expect(body).toEqual({
        loggedIn: true,
        username: 'backstage',
        iss: 'argocd',
      });
    }
  });

  it('F1.1.5 looks at metadata first, then at the bearer', async () => {
    const { token } = fixture.simulator.hub;
    const who = async (headers: Record<string, string>) =>
      (await fixture.hub(INFO, { token: '', headers })).body.username;
    const bearer = { Authorization: `Bearer ${adminToken}` };
    expect(await who({ 'Grpc-Metadata-Token': token, ...bearer })).toBe(
      'backstage',
    );
    expect(await who({ ...bearer, Cookie: `argocd.token=${token}` })).toBe(
      'admin',
    );
  });

  it('F1.1.5 ignores a bearer that is not shaped like a JWT', async () => {
    const { status, body } = await fixture.hub('/api/v1/applications', {
      token: 'opaque',
    });
    expect([status, body.message]).toEqual([401, 'no session information']);
  });

  it('F1.1.6 renews a login that is about to end, and no API key', async () => {
    await fixture.control('/hub/settings', { sessionSeconds: 200 });
    const { body } = await login();
    await fixture.control('/hub/settings', { sessionSeconds: 86_400 });
    const { headers } = await fixture.hub(INFO, { token: body.token });
    const cookie = headers.get('set-cookie')!;
    const [, renewed] = /^argocd\.token=([^;]+); path=\/; /.exec(cookie)!;
    const claims = claimsOf(renewed);
    expect(claims.exp - claims.iat).toBe(200);
    expect(claims.jti).not.toBe(claimsOf(body.token).jti);
    const key = await fixture.admin('/api/v1/account/backstage/token', {
      method: 'POST',
      body: { expiresIn: 100 },
    });
    const answer = await fixture.hub(INFO, { token: key.body.token });
    expect(answer.body.loggedIn).toBe(true);
    expect(answer.headers.has('set-cookie')).toBe(false);
  });

  it('F1.1.11 tells no token, a bad token and a missing permission apart', async () => {
    const none = await fixture.hub('/api/v1/clusters', { token: '' });
    expect([none.status, none.body.code, none.body.message]).toEqual([
      401,
      16,
      'no session information',
    ]);
    const missing = await fixture.hub('/api/v1/account/admin');
    expect(missing.status).toBe(403);
    expect(missing.body.message).toMatch(
      /^permission denied: accounts, get, admin, sub: backstage, iat: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    );
  });

  it.each([
    ['a.b.c', 'token is malformed: could not base64 decode header: illegal'],
    ['YQ.b.c', 'token is malformed: could not JSON decode header: invalid'],
    ['%%.b.c', 'token is malformed: could not base64 decode header: illegal'],
    [
      `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${Buffer.from(
        '{"iss":"dex"}',
      ).toString('base64url')}.AA`,
      'SSO is not configured',
    ],
    [
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
        '{"iss":"argocd"}',
      ).toString('base64url')}.`,
      'token is unverifiable: error while executing keyfunc: unexpected signing method: none',
    ],
  ])('F1.1.11 says what is wrong with the token %s', async (token, why) => {
    const { status, body } = await fixture.hub('/api/v1/clusters', { token });
    expect([status, body.code]).toEqual([401, 16]);
    expect(body.message).toContain(`invalid session: ${why}`);
  });

  it('F1.1.11 finds a forged signature', async () => {
    const [head, claims] = fixture.simulator.hub.token.split('.');
    const { body } = await fixture.hub('/api/v1/clusters', {
      token: `${head}.${claims}.AAAA`,
    });
    expect(body.message).toBe(
      'invalid session: token signature is invalid: signature is invalid',
    );
  });

  it('F1.2.1 gives a session and a cookie for a right login', async () => {
    const { status, headers, body } = await login();
    expect(status).toBe(200);
    expect(headers.get('set-cookie')).toBe(
      `argocd.token=${body.token}; path=/; SameSite=lax; httpOnly; Secure`,
    );
    const [header] = body.token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString()).alg).toBe(
      'HS256',
    );
    const claims = claimsOf(body.token);
    expect(claims).toMatchObject({
      iss: 'argocd',
      sub: 'admin:login',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(claims.nbf).toBe(claims.iat);
    expect(claims.exp - claims.iat).toBe(24 * 60 * 60);
  });

  it.each([
    [{ username: 'admin', password: 'wrong' }, 'Invalid username or password'],
    [{ username: 'nobody', password: 'x' }, 'Invalid username or password'],
    [{ username: 'admin' }, 'no credentials supplied'],
    [
      { token: 'x' },
      'token-based session creation no longer supported. please upgrade argocd cli to v0.7+',
    ],
  ])('F1.2.1 refuses the login %j', async (body, message) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code, answer.body.message]).toEqual([
      401,
      16,
      message,
    ]);
  });

  it('F1.2.1 refuses even the right password after five wrong ones, for 300 s', async () => {
    // So many simulated seconds pass in a real one that the window ends soon.
    const quick = await Fixture.start({ timeScale: 200 });
    const { body: own } = await quick.control('/hub/admin');
    const attempt = (password: string) =>
      quick.hub('/api/v1/session', {
        method: 'POST',
        body: { username: 'admin', password },
      });
    for (let i = 0; i < 5; i += 1) await attempt('wrong');
    const throttled = await attempt(own.password);
    expect([throttled.status, throttled.body.message]).toEqual([
      401,
      'Invalid username or password',
    ]);
    await new Promise(resolve => setTimeout(resolve, 1600));
    expect((await attempt(own.password)).status).toBe(200);
    await quick.stop();
  });

  it('F1.2.1 logs out with an empty answer', async () => {
    const { status, text } = await fixture.hub('/api/v1/session', {
      method: 'DELETE',
      token: '',
    });
    expect([status, text]).toEqual([200, '{}']);
  });

  it('F1.2.2 answers userinfo {} to strangers and to bad tokens', async () => {
    for (const token of ['', 'a.b.c']) {
      const { status, text } = await fixture.hub(INFO, { token });
      expect([status, text]).toEqual([200, '{}']);
    }
  });

  it('F1.8.1 ends tokens one by one and all at once', async () => {
    const { body: first } = await login();
    await fixture.control('/hub/tokens/revoke', {
      id: claimsOf(first.token).jti,
    });
    const revoked = await fixture.hub('/api/v1/clusters', {
      token: first.token,
    });
    expect(revoked.body.message).toBe(
      'invalid session: token is revoked, please re-login',
    );
    const { body: second } = await login();
    await fixture.control('/hub/tokens/expire', {});
    const expired = await fixture.hub('/api/v1/clusters', {
      token: second.token,
    });
    expect([expired.status, expired.body.message]).toEqual([
      401,
      'invalid session: token has invalid claims: token is expired',
    ]);
    const { body: third } = await login();
    const fresh = await fixture.hub('/api/v1/clusters', { token: third.token });
    expect(fresh.status).toBe(200);
    await fixture.control('/hub/heal', {});
  });

  it('F1.8.1 lets anybody in where that is enabled, with the default role', async () => {
    await fixture.control('/hub/settings', { anonymousEnabled: true });
    const list = await fixture.hub('/api/v1/clusters', { token: '' });
    expect([list.status, list.body.items]).toEqual([200, []]);
    const denied = await fixture.hub('/api/v1/projects/default', { token: '' });
    expect([denied.status, denied.body.message]).toEqual([
      403,
      'permission denied: projects, get, default',
    ]);
    const info = await fixture.hub(INFO, { token: '' });
    expect(info.text).toBe('{}');
    const version = await fixture.hub('/api/version', { token: '' });
    expect(version.body).toHaveProperty('KubectlVersion');
    await fixture.control('/hub/settings', { anonymousEnabled: false });
  });
});
