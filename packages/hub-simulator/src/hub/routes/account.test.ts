import { Fixture } from '../../testing/Fixture';

const ACCOUNT = '/api/v1/account';
const INFO = '/api/v1/session/userinfo';
/** Settings that strangers are not told since 3.3. */
const HIDDEN = [
  'resourceOverrides',
  'uiBannerContent',
  'controllerNamespace',
  'passwordPattern',
];

describe('accounts', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({ timeScale: 20 });
  });
  afterAll(() => fixture.stop());

  const makeToken = (name: string, body: object) =>
    fixture.admin(`${ACCOUNT}/${name}/token`, { method: 'POST', body });

  it.each([
    ['clusters/get/*', 'yes'],
    ['clusters/delete/*', 'no'],
    ['clusters/get', 'yes'],
    ['applications/sync/default/agent-prod', 'yes'],
    ['applications/sync/default/argocd/agent-prod', 'yes'],
    ['projects/update/default', 'no'],
  ])('F1.2.5 answers can-i %s with %s', async (what, value) => {
    const { body } = await fixture.hub(`${ACCOUNT}/can-i/${what}`);
    expect(body).toEqual({ value });
  });

  it.each([
    ['things/get/*', 'does not contain things'],
    ['clusters/look/*', 'does not contain look'],
  ])('F1.2.5 refuses to answer can-i %s', async (what, message) => {
    const { status, body } = await fixture.hub(`${ACCOUNT}/can-i/${what}`);
    expect([status, body.code]).toEqual([400, 3]);
    expect(body.message).toContain(message);
  });

  it('F1.2.6 makes API keys that live for ever or for some seconds', async () => {
    const { body } = await makeToken('backstage', { id: 'ever' });
    const claims = JSON.parse(
      Buffer.from(body.token.split('.')[1], 'base64url').toString(),
    );
    expect(claims).toMatchObject({ sub: 'backstage:apiKey', jti: 'ever' });
    expect(claims).not.toHaveProperty('exp');
    const limited = await makeToken('backstage', {
      id: 'hour',
      expiresIn: 3600,
    });
    const info = await fixture.hub(INFO, { token: limited.body.token });
    expect(info.body.username).toBe('backstage');
    const account = await fixture.hub(`${ACCOUNT}/backstage`);
    expect(account.body).toMatchObject({
      name: 'backstage',
      enabled: true,
      capabilities: ['apiKey'],
    });
    const hour = account.body.tokens.find(
      (token: { id: string }) => token.id === 'hour',
    );
    expect(hour.expiresAt - hour.issuedAt).toBe(3600);
  });

  it('F1.2.6 needs the capability apiKey and a new id', async () => {
    const admin = await makeToken('admin', {});
    expect([admin.status, admin.body.message]).toEqual([
      500,
      "failed to update account with new token: account 'admin' does not have apiKey capability",
    ]);
    const twice = await makeToken('backstage', { id: 'portal' });
    expect(twice.body.message).toBe(
      "failed to update account with new token: account already has token with id 'portal'",
    );
    const nobody = await makeToken('nobody', {});
    expect([nobody.status, nobody.body.message]).toEqual([
      404,
      "account 'nobody' does not exist",
    ]);
    const wrong = await makeToken('backstage', { expiresIn: 'soon' });
    expect([wrong.status, wrong.body.message]).toEqual([
      400,
      'json: cannot unmarshal string into Go struct field CreateTokenRequest.expiresIn of type int64',
    ]);
  });

  it('F1.8.1 revokes an API key by its id', async () => {
    const { body } = await makeToken('backstage', { id: 'short' });
    const remove = () =>
      fixture.admin(`${ACCOUNT}/backstage/token/short`, { method: 'DELETE' });
    expect((await remove()).text).toBe('{}');
    const { status, body: refusal } = await fixture.hub('/api/v1/clusters', {
      token: body.token,
    });
    expect([status, refusal.message]).toEqual([
      401,
      'invalid session: account backstage does not have token with id short',
    ]);
    expect((await remove()).status).toBe(404);
  });

  it('F1.8.2 shows everybody the own account, and others by policy', async () => {
    const own = await fixture.hub(ACCOUNT);
    expect(own.body.items.map((each: { name: string }) => each.name)).toEqual([
      'backstage',
    ]);
    const all = await fixture.admin(ACCOUNT);
    expect(all.body.items.map((each: { name: string }) => each.name)).toEqual([
      'admin',
      'backstage',
    ]);
  });

  it('changes a password, and so ends the sessions before', async () => {
    const { body: admin } = await fixture.control('/hub/admin');
    const change = (body: object) =>
      fixture.hub(`${ACCOUNT}/password`, {
        method: 'PUT',
        token: admin.token,
        body,
      });
    const wrong = await change({
      currentPassword: 'x',
      newPassword: 'long enough',
    });
    expect([wrong.status, wrong.body.message]).toEqual([
      400,
      'current password does not match',
    ]);
    const short = await change({
      currentPassword: admin.password,
      newPassword: 'short',
    });
    expect(short.body.message).toBe(
      'new password does not match the following expression: ^.{8,32}$',
    );
    await new Promise(resolve => setTimeout(resolve, 1100));
    const changed = await change({
      currentPassword: admin.password,
      newPassword: 'long enough',
    });
    expect([changed.status, changed.text]).toEqual([200, '{}']);
    const old = await fixture.hub('/api/v1/clusters', { token: admin.token });
    expect(old.body.message).toBe(
      'invalid session: account password has changed since token issued',
    );
  });
});

describe('version and settings', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
  });
  afterAll(() => fixture.stop());

  it('F1.2.3 shows strangers the version alone', async () => {
    for (const token of ['', 'a.b.c']) {
      const { text } = await fixture.hub('/api/version', { token });
      expect(text).toBe('{"Version":"v3.5.1+109ca7c"}');
    }
    const known = await fixture.hub('/api/version');
    expect(Object.keys(known.body)).toEqual(
      expect.arrayContaining([
        'BuildDate',
        'GitCommit',
        'KustomizeVersion',
        'HelmVersion',
        'KubectlVersion',
      ]),
    );
  });

  it('F1.2.4 hides settings from strangers', async () => {
    await fixture.control('/hub/settings', {
      resourceOverrides: { 'apps/Deployment': {} },
      bannerContent: 'closed on Sunday',
    });
    const stranger = await fixture.hub('/api/v1/settings', { token: '' });
    for (const key of HIDDEN) expect(stranger.body).not.toHaveProperty([key]);
    expect(stranger.body).toMatchObject({
      url: fixture.simulator.hub.url,
      appLabelKey: 'app.kubernetes.io/instance',
      trackingMethod: 'annotation',
      syncWithReplaceAllowed: true,
    });
    const known = await fixture.hub('/api/v1/settings');
    for (const key of HIDDEN) expect(known.body).toHaveProperty([key]);
    // What is false is left out.
    expect(known.body).not.toHaveProperty('execEnabled');
  });

  it('F1.2.4 told strangers more before 3.3', async () => {
    await fixture.control('/hub/version', { release: '2.14' });
    const { body } = await fixture.hub('/api/v1/settings', { token: '' });
    for (const key of HIDDEN) expect(body).toHaveProperty([key]);
    expect(body).not.toHaveProperty('installationID');
    const version = await fixture.hub('/api/version', { token: '' });
    expect(version.body.Version).toMatch(/^v2\.14\./);
  });
});
