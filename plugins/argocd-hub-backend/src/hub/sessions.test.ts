import { CANARIES } from '../__testUtils__/canaries/secrets';
import { json } from './__testUtils__/FakeHub';
import { failure, HubFixture } from './__testUtils__/HubFixture';

jest.setTimeout(60_000);

const resource = { uid: 'u', namespace: 'n', name: 'r' };

describe('sessions at a hub', () => {
  const fixture = new HubFixture();
  afterEach(async () => {
    jest.restoreAllMocks();
    await fixture.stop();
  });

  const login = { username: 'portal', password: CANARIES.hubPassword };

  /** A hub that knows its newest session only; a test may pretend that there was another. */
  async function forgetful() {
    const sessions = { newest: 0 };
    const { hub } = await fixture.fake((request, response) => {
      if (request.url === '/api/v1/session') {
        sessions.newest += 1;
        return json(response, { token: `session-${sessions.newest}` });
      }
      const known = `Bearer session-${sessions.newest}`;
      return request.headers.authorization === known
        ? json(response, { items: [] })
        : json(response, { error: 'invalid session: x', code: 16 }, 401);
    });
    return { client: fixture.client({ url: hub.url, auth: login }), sessions };
  }

  it('are made once, and anew when the hub forgets them', async () => {
    const { client, sessions } = await forgetful();
    await Promise.all([client.listClusters(), client.listClusters()]);
    expect(sessions.newest).toBe(1);
    sessions.newest = 7;
    await client.listClusters();
    expect(sessions.newest).toBe(8);
  });

  it('are made once more, however many calls miss the old one', async () => {
    const { client, sessions } = await forgetful();
    await client.listClusters();
    sessions.newest = 7;
    await Promise.all(Array.from({ length: 10 }, () => client.listClusters()));
    expect(sessions.newest).toBe(8);
  });

  it.each(['Invalid username or password', 'account portal is disabled', ''])(
    'are not asked for again and again after %p',
    async message => {
      const { client, hub } = await fixture.fake(
        (_request, response) =>
          json(response, { error: message, code: 16, message }, 401),
        { auth: login },
      );
      for (let tries = 0; tries < 5; tries++) {
        const error = await failure(client.listClusters());
        expect(error).toMatchObject({ class: 'auth', status: 401 });
        expect(error.message).not.toContain(CANARIES.hubPassword);
      }
      expect(hub.seen).toHaveLength(1);
    },
  );

  it('are renewed before their end, by the times of the hub', async () => {
    let logins = 0;
    const jwt = () => {
      // A clock that is years away, and a session of two seconds.
      const payload = { iat: 1_000, exp: 1_002 };
      logins += 1;
      const encoded = Buffer.from(JSON.stringify(payload));
      return `a.${encoded.toString('base64url')}.${logins}`;
    };
    const { client, hub } = await fixture.fake(
      (request, response) =>
        request.url === '/api/v1/session'
          ? json(response, { token: jwt() })
          : json(response, { items: [] }),
      { auth: login },
    );
    await client.listClusters();
    await client.listClusters();
    expect(logins).toBe(1);
    await new Promise(resolve => setTimeout(resolve, 1_700));
    await Promise.all([client.listClusters(), client.listClusters()]);
    expect(logins).toBe(2);
    expect(hub.seen.at(-1)!.headers.authorization).toMatch(/\.2$/);
  });

  it('that are shorter than a call are used once', async () => {
    let logins = 0;
    const payload = Buffer.from('{"iat":5,"exp":5}').toString('base64url');
    const { client } = await fixture.fake(
      (request, response) => {
        logins += request.url === '/api/v1/session' ? 1 : 0;
        json(response, { token: `a.${payload}.b`, items: [] });
      },
      { auth: login },
    );
    await client.listClusters();
    expect(logins).toBe(1);
  });

  it('are tried again after a while with a password that was wrong', async () => {
    let right = false;
    const { client, hub } = await fixture.fake(
      (_request, response) =>
        right
          ? json(response, { token: 'good', items: [] })
          : json(response, { error: 'Invalid username or password' }, 401),
      { auth: login },
    );
    const timers = jest.spyOn(global, 'setTimeout');
    await failure(client.listClusters());
    right = true;
    await failure(client.listClusters());
    expect(hub.seen).toHaveLength(1);
    const [wait] = timers.mock.calls.filter(([, ms]) => ms === 150_000);
    wait[0]();
    expect(await client.listClusters()).toEqual([]);
  });

  it('are tried again at once after an outage', async () => {
    let up = false;
    const { client } = await fixture.fake(
      (_request, response) =>
        up
          ? json(response, { token: 'good', items: [] })
          : json(response, { error: 'x', code: 3 }, 400),
      { auth: login },
    );
    await failure(client.listClusters());
    up = true;
    expect(await client.listClusters()).toEqual([]);
  });

  it.each(['{}', '{"token":""}', '{"token":"a\\nb"}', '<html>'])(
    'are none where a login is answered with %s',
    async answer => {
      const { client } = await fixture.fake(
        (_request, response) => void response.end(answer),
        { auth: login },
      );
      expect(await failure(client.listClusters())).toMatchObject({
        class: 'protocol',
        message: 'The hub answered a login without a token',
      });
    },
  );

  it('lock nobody out, and live through a revocation', async () => {
    const { simulator, control } = await fixture.simulator();
    const { url } = simulator.hub;
    const { username, password } = await control('/hub/admin');
    const wrong = fixture.client({
      url,
      auth: { username, password: 'guess' },
    });
    for (let turn = 0; turn < 10; turn += 1) {
      expect(await failure(wrong.listClusters())).toMatchObject({
        class: 'auth',
        status: 401,
      });
    }
    const right = fixture.client({ url, auth: { username, password } });
    const lists = Array.from({ length: 5 }, () => right.listClusters());
    expect((await Promise.all(lists))[4].length).toBeGreaterThan(2);
    await control('/hub/tokens/expire', {});
    expect((await right.listClusters()).length).toBeGreaterThan(2);
    const { requests } = await control('/hub/requests');
    expect(requests['POST /api/v1/session']).toBe(3);
  });

  it('do not end by the 401 of a cluster', async () => {
    let logins = 0;
    const { client } = await fixture.fake(
      (request, response) => {
        if (request.url === '/api/v1/session') {
          logins += 1;
          return json(response, { token: `session-${logins}` });
        }
        const message =
          'error getting server version: failed to get server version: Unauthorized';
        return json(response, { error: message, code: 16, message }, 401);
      },
      { auth: login },
    );
    const write = client.createCluster({
      name: 'a',
      server: 'https://a',
      labels: {},
      config: { bearerToken: 'bad', tlsClientConfig: {} },
    });
    const error = await failure(write);
    expect(error).toMatchObject({ class: 'http', status: 401 });
    expect(error.isOutage).toBe(false);
    const probe = await client.probe({
      application: 'a',
      namespace: 'argocd',
      resource,
      timeoutMs: 1_000,
    });
    expect(probe.status).toBe(401);
    expect(logins).toBe(1);
    expect(client.downSince).toBeUndefined();
  });

  it('are not what an account token has: its end is an outage', async () => {
    const { client, control } = await fixture.simulator();
    await client.listClusters();
    await control('/hub/tokens/expire', {});
    const error = await failure(client.listClusters());
    expect(error).toMatchObject({ class: 'auth', status: 401 });
    expect(error.isOutage).toBe(true);
  });

  it('cannot be had for a token that is none: the error says so', async () => {
    const { simulator } = await fixture.simulator();
    const { url } = simulator.hub;
    const client = fixture.client({ url, auth: { token: 'no-jwt' } });
    const error = await failure(client.listClusters());
    expect(error).toMatchObject({ class: 'auth', status: 401 });
    expect(error.message).toContain('three parts');
    expect(error.message).not.toContain('no-jwt');
  });
});
