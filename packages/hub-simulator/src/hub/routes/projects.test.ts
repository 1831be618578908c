import { Fixture } from '../../testing/Fixture';

const PROJECTS = '/api/v1/projects';
const ROLE = {
  name: 'ci',
  description: 'for pipelines',
  policies: [
    'p, proj:web:ci, applications, get, web/*, allow',
    'p, proj:web:ci, clusters, get, web/*, allow',
  ],
  groups: ['web-team'],
};

describe('projects', () => {
  let fixture: Fixture;
  const apply = (name: string, spec: object, labels = {}) =>
    fixture.control('/hub/objects', {
      kind: 'AppProject',
      metadata: { name, labels },
      spec,
    });
  beforeAll(async () => {
    fixture = await Fixture.start();
    await apply('web', {
      description: 'the web',
      sourceRepos: ['https://github.com/example/*'],
      destinations: [{ server: '*', namespace: 'web-*' }],
      roles: [ROLE],
      syncWindows: [
        {
          kind: 'allow',
          schedule: '* * * * *',
          duration: '1h',
          applications: ['*'],
        },
        {
          kind: 'deny',
          schedule: '0 0 1 1 *',
          duration: '1m',
          applications: ['*'],
        },
      ],
    });
    await fixture.control('/hub/objects', {
      kind: 'Secret',
      metadata: {
        name: 'scoped',
        labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
      },
      stringData: {
        name: 'scoped',
        server: 'https://10.0.0.1',
        project: 'web',
        config: '{"bearerToken":"SECRET","tlsClientConfig":{"insecure":true}}',
      },
    });
  });
  afterAll(() => fixture.stop());

  const makeToken = (body: object, role = 'ci', project = 'web') =>
    fixture.admin(`${PROJECTS}/${project}/roles/${role}/token`, {
      method: 'POST',
      body,
    });

  it('F1.7.3 lists whole projects, or the fields asked for', async () => {
    const { body } = await fixture.hub(PROJECTS);
    expect(body.metadata.resourceVersion).toMatch(/^\d+$/);
    expect(
      body.items.map(
        (each: { metadata: { name: string } }) => each.metadata.name,
      ),
    ).toEqual(['default', 'web']);
    const { text } = await fixture.hub(
      `${PROJECTS}?fields=items.metadata.name,items.spec.destinations.server`,
    );
    expect(JSON.parse(text)).toEqual({
      items: [
        {
          metadata: { name: 'default' },
          spec: { destinations: [{ server: '*' }] },
        },
        {
          metadata: { name: 'web' },
          spec: { destinations: [{ server: '*' }] },
        },
      ],
    });
    const without = await fixture.hub(`${PROJECTS}?fields=-items.spec`);
    expect(without.body.items[1]).not.toHaveProperty('spec');
  });

  it('F1.7.3 lists only what may be seen', async () => {
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, projects, get, w*, allow',
    });
    const { body } = await fixture.hub(PROJECTS);
    expect(body.items).toHaveLength(1);
    const denied = await fixture.hub(`${PROJECTS}/default`);
    expect([denied.status, denied.body.message]).toEqual([
      403,
      expect.stringMatching(
        /^permission denied: projects, get, default, sub: backstage, iat: /,
      ),
    ]);
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, projects, get, *, allow',
    });
  });

  it.each([
    ['', 'appprojects.argoproj.io "none" not found'],
    [
      '/detailed',
      'error getting app project "none": appproject.argoproj.io "none" not found',
    ],
    ['/syncwindows', 'appprojects.argoproj.io "none" not found'],
    ['/globalprojects', 'appprojects.argoproj.io "none" not found'],
    ['/events', 'appprojects.argoproj.io "none" not found'],
  ])('F1.7.3 has no project none%s', async (end, message) => {
    const { status, body } = await fixture.hub(`${PROJECTS}/none${end}`);
    expect([status, body.code, body.message]).toEqual([404, 5, message]);
  });

  it('F1.7.3 tells in detail what is scoped to a project, without credentials', async () => {
    const { text, body } = await fixture.hub(`${PROJECTS}/web/detailed`);
    expect(text).not.toContain('SECRET');
    expect(body.project.metadata.name).toBe('web');
    expect(body.clusters).toEqual([
      {
        server: 'https://10.0.0.1',
        name: 'scoped',
        config: { tlsClientConfig: { insecure: true } },
        connectionState: { status: '', message: '', attemptedAt: null },
        info: {
          connectionState: { status: '', message: '', attemptedAt: null },
          cacheInfo: {},
          applicationsCount: 0,
        },
        project: 'web',
      },
    ]);
    expect(body).not.toHaveProperty('repositories');
  });

  it('F1.7.3 tells which windows are open', async () => {
    const { body } = await fixture.hub(`${PROJECTS}/web/syncwindows`);
    expect(body.windows).toEqual([
      {
        kind: 'allow',
        schedule: '* * * * *',
        duration: '1h',
        applications: ['*'],
      },
    ]);
    const none = await fixture.hub(`${PROJECTS}/default/syncwindows`);
    expect(none.text).toBe('{}');
  });

  it('F1.7.3 tells which projects a project takes over from', async () => {
    const empty = await fixture.hub(`${PROJECTS}/web/globalprojects`);
    expect(empty.text).toBe('{}');
    await apply('base', { sourceRepos: ['https://base'] });
    await apply('child', { sourceRepos: ['https://child'] }, { tier: 'one' });
    const labelSelector = { matchLabels: { tier: 'one' } };
    await fixture.control('/hub/settings', {
      globalProjects: [{ projectName: 'base', labelSelector }],
    });
    const { body } = await fixture.hub(`${PROJECTS}/child/globalprojects`);
    expect(body.items[0].metadata.name).toBe('base');
    const detailed = await fixture.hub(`${PROJECTS}/child/detailed`);
    expect(detailed.body.project.spec.sourceRepos).toEqual([
      'https://child',
      'https://base',
    ]);
  });

  it('F1.7.3 lists events', async () => {
    const { status, body } = await fixture.hub(`${PROJECTS}/web/events`);
    expect([status, body.items]).toEqual([200, []]);
  });

  it('F1.2.6 makes tokens for the roles of a project', async () => {
    const { status, body } = await makeToken({ id: 'one', expiresIn: 60 });
    expect(status).toBe(200);
    const claims = JSON.parse(
      Buffer.from(body.token.split('.')[1], 'base64url').toString(),
    );
    expect(claims).toMatchObject({ sub: 'proj:web:ci', jti: 'one' });
    expect(claims.exp - claims.iat).toBe(60);
    const token = { iat: claims.iat, exp: claims.exp, id: 'one' };
    const { body: project } = await fixture.hub(`${PROJECTS}/web`);
    expect(project.spec.roles[0].jwtTokens).toEqual([token]);
    expect(project.status.jwtTokensByRole).toEqual({ ci: { items: [token] } });
    const again = await makeToken({ id: 'one' });
    expect([again.status, again.body.message]).toEqual([
      400,
      "rpc error: code = InvalidArgument desc = Token id 'one' has been used. ",
    ]);
  });

  it('F1.2.6 makes no token for a role that is not there', async () => {
    const { status, body } = await makeToken({}, 'cd');
    expect([status, body.message]).toEqual([
      404,
      "project 'web' does not have role 'cd'",
    ]);
    const denied = await fixture.hub(`${PROJECTS}/web/roles/ci/token`, {
      method: 'POST',
      body: {},
    });
    expect(denied.body.message).toMatch(
      /^permission denied: projects, update, web, sub: backstage/,
    );
  });

  it('F1.8.1 lets the token of a project see only what is in it', async () => {
    const { body: made } = await makeToken({});
    const { token } = made;
    const info = await fixture.hub('/api/v1/session/userinfo', { token });
    expect(info.body).toEqual({
      loggedIn: true,
      username: 'proj:web:ci',
      iss: 'argocd',
    });
    const names = async (path: string) => {
      const { body } = await fixture.hub(path, { token });
      return body.items.map(
        (each: { name?: string; metadata?: { name: string } }) =>
          each.name ?? each.metadata?.name,
      );
    };
    expect(await names('/api/v1/clusters')).toEqual(['scoped']);
    expect(await names(PROJECTS)).toEqual(['web']);
    const apps = await fixture.hub('/api/v1/applications', { token });
    expect(apps.body.items ?? []).toEqual([]);
    const other = await fixture.hub(`${PROJECTS}/default`, { token });
    expect(other.status).toBe(403);
  });

  it('F1.8.1 ends the token of a project when it is removed there', async () => {
    const { body: made } = await makeToken({ id: 'gone' });
    const { iat } = JSON.parse(
      Buffer.from(made.token.split('.')[1], 'base64url').toString(),
    );
    await fixture.admin(
      `${PROJECTS}/web/roles/ci/token/${iat + 1000}?id=gone`,
      { method: 'DELETE' },
    );
    await apply('web', { roles: [ROLE] });
    const { status, body } = await fixture.hub(`${PROJECTS}/web`, {
      token: made.token,
    });
    expect([status, body.message]).toEqual([
      401,
      `invalid session: JWT token for role 'ci' issued at '${iat}' does not exist in project 'web'`,
    ]);
  });

  it.each(['triggers', 'services', 'templates'])(
    'F1.7.4 names the %s of notifications to everybody with a session',
    async kind => {
      const path = `/api/v1/notifications/${kind}`;
      await fixture.control('/hub/policy', { policy: '' });
      expect((await fixture.hub(path)).text).toBe('{}');
      const named = {
        triggers: [],
        services: [],
        templates: [],
        [kind]: ['a'],
      };
      await fixture.control('/hub/settings', { notifications: named });
      expect((await fixture.hub(path)).body).toEqual({
        items: [{ name: 'a' }],
      });
      await fixture.control('/hub/settings', {
        notifications: { triggers: [], services: [], templates: [] },
      });
      expect((await fixture.hub(path, { token: '' })).status).toBe(401);
    },
  );
});
