import { request } from 'node:http';
import { Fixture } from '../testing/Fixture';

describe('the transport of the hub', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
  });
  afterAll(() => fixture.stop());

  it.each([
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
  ])(
    'F1.1.3 refuses a write with content type %s before authentication',
    async type => {
      const answer = await fixture.hub('/api/v1/applications/x/sync', {
        method: 'POST',
        token: '',
        headers: { 'Content-Type': type },
        body: {},
      });
      expect(answer.status).toBe(415);
      expect(answer.headers.get('content-type')).toMatch('text/plain');
      expect(answer.text.trim()).toBe('Invalid content type');
    },
  );

  it('F1.1.3 takes the content type in any case, also on DELETE', async () => {
    const answer = await fixture.hub('/api/v1/session', {
      method: 'DELETE',
      headers: { 'Content-Type': 'Application/JSON' },
    });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('{}');
  });

  it('F1.1.4 compresses by Accept-Encoding, except for event streams', async () => {
    const headersFor = (accept: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const call = request(
          `${fixture.simulator.hub.url}/api/v1/settings`,
          { headers: { accept, 'accept-encoding': 'gzip' } },
          response => {
            response.resume();
            resolve(response.headers);
          },
        );
        call.on('error', reject);
        call.end();
      });
    expect(await headersFor('*/*')).toMatchObject({
      'content-encoding': 'gzip',
    });
    expect(await headersFor('text/event-stream')).not.toHaveProperty(
      'content-encoding',
    );
  });

  it('F1.1.5 finds the token in metadata, bearer or cookie', async () => {
    const { token } = fixture.simulator.hub;
    const ways: Record<string, string>[] = [
      { 'Grpc-Metadata-Token': token },
      { Authorization: `Bearer ${token}` },
      { Cookie: `a=b; argocd.token=${token}` },
    ];
    for (const headers of ways) {
      const { body } = await fixture.hub('/api/v1/session/userinfo', {
        token: '',
        headers,
      });
      expect(body).toEqual({
        loggedIn: true,
        username: 'backstage',
        iss: 'argocd',
      });
    }
  });

  it('F1.1.5 ignores a bearer that is not shaped like a JWT', async () => {
    const { status, body } = await fixture.hub('/api/v1/applications', {
      token: 'opaque',
    });
    expect(status).toBe(401);
    expect(body.message).toBe('no session information');
  });

  it('F1.1.7 answers errors with code and message', async () => {
    const { body } = await fixture.hub('/api/v1/applications/none');
    expect(body).toEqual({
      error: 'permission denied',
      code: 7,
      message: 'permission denied',
    });
  });

  it('F1.1.10 answers unknown paths and methods in plain text', async () => {
    const unknown = await fixture.hub('/api/v1/nothing');
    expect([unknown.status, unknown.text.trim()]).toEqual([404, 'Not Found']);
    const wrong = await fixture.hub('/api/v1/clusters', { method: 'PATCH' });
    expect(wrong.status).toBe(405);
    const verb = await fixture.hub('/api/v1/clusters/https:foo');
    expect(verb.status).toBe(404);
  });

  it('F1.1.11 tells no token, a bad token and a missing permission apart', async () => {
    const none = await fixture.hub('/api/v1/clusters', { token: '' });
    expect(none.status).toBe(401);
    expect(none.body).toMatchObject({
      code: 16,
      message: 'no session information',
    });
    const [head, claims] = fixture.simulator.hub.token.split('.');
    const forged = await fixture.hub('/api/v1/clusters', {
      token: `${head}.${claims}.AAAA`,
    });
    expect(forged.status).toBe(401);
    expect(forged.body.message).toMatch(/^invalid session: /);
    const missing = await fixture.hub('/api/v1/applications/agent-prod', {
      method: 'DELETE',
    });
    expect(missing.status).toBe(403);
    expect(missing.body.message).toMatch(
      /^permission denied: applications, delete, default\/agent-prod, sub: backstage, iat: \d{4}-\d\d-\d\dT/,
    );
  });

  it('F1.1.13 refuses a malformed Grpc-Timeout', async () => {
    const { status, body } = await fixture.hub('/api/v1/applications', {
      headers: { 'Grpc-Timeout': '5 seconds' },
    });
    expect([status, body.code]).toEqual([400, 3]);
  });

  it('F10.3.7 marks every unary answer as gRPC', async () => {
    const { headers } = await fixture.hub('/api/v1/settings');
    expect(headers.get('grpc-metadata-content-type')).toBe('application/grpc');
  });
});

describe('session, version and settings', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
  });
  afterAll(() => fixture.stop());

  it('F1.2.1 gives a session for a right login', async () => {
    const { body: admin } = await fixture.control('/hub/admin');
    const { username, password } = admin;
    const { status, body } = await fixture.hub('/api/v1/session', {
      method: 'POST',
      token: '',
      body: { username, password },
    });
    expect(status).toBe(200);
    const claims = JSON.parse(
      Buffer.from(body.token.split('.')[1], 'base64url').toString(),
    );
    expect(claims).toMatchObject({ iss: 'argocd', sub: 'admin:login' });
    expect(claims.exp - claims.iat).toBe(24 * 60 * 60);
  });

  it('F1.2.1 refuses a wrong login', async () => {
    const { status, body } = await fixture.hub('/api/v1/session', {
      method: 'POST',
      body: { username: 'backstage', password: 'x' },
    });
    expect(status).toBe(401);
    expect(body.message).toBe('Invalid username or password');
  });

  it('F1.2.2 answers userinfo {} to anonymous callers', async () => {
    const { status, body } = await fixture.hub('/api/v1/session/userinfo', {
      token: '',
    });
    expect([status, body]).toEqual([200, {}]);
  });

  it('F1.2.3 shows anonymous callers the version alone', async () => {
    const anonymous = await fixture.hub('/api/version', { token: '' });
    expect(anonymous.body).toEqual({ Version: 'v3.5.1+109ca7c' });
    const known = await fixture.hub('/api/version');
    expect(known.body).toHaveProperty('KubectlVersion');
  });

  it('F1.2.4 hides settings from anonymous callers', async () => {
    const anonymous = await fixture.hub('/api/v1/settings', { token: '' });
    expect(anonymous.body).not.toHaveProperty('controllerNamespace');
    expect(anonymous.body.url).toBe(fixture.simulator.hub.url);
    const known = await fixture.hub('/api/v1/settings');
    expect(known.body.controllerNamespace).toBe('argocd');
  });

  it('F1.2.5 tells what the account may do', async () => {
    const may = async (what: string) =>
      (await fixture.hub(`/api/v1/account/can-i/${what}`)).body.value;
    expect(await may('clusters/get/*')).toBe('yes');
    expect(await may('clusters/delete/*')).toBe('no');
    expect(await may('applications/sync/default/agent-prod')).toBe('yes');
  });
});
