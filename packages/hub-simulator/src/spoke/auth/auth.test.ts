import { createAuthority, issueClient } from '../../net/pki';
import { SpokeFixture } from '../testing/SpokeFixture';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ACCESS = '/apis/authorization.k8s.io/v1';
const IDENTITY = '/apis/authentication.k8s.io/v1';
const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';

describe('who may do what on a spoke', () => {
  let fixture: SpokeFixture;
  const as = (user: string) => ({ headers: { 'impersonate-user': user } });
  const grant = async (user: string, rules: object[]) => {
    const name = `role-${user}`;
    await fixture.post(`${RBAC}/clusterroles`, { metadata: { name }, rules });
    await fixture.post(`${RBAC}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { kind: 'ClusterRole', name },
      subjects: [{ kind: 'User', name: user }],
    });
  };
  const rule = (group: string, resource: string, ...verbs: string[]) => ({
    apiGroups: [group],
    resources: [resource],
    verbs,
  });

  beforeAll(async () => {
    fixture = await SpokeFixture.start();
    await fixture.post(ACCOUNTS, { metadata: { name: 'bot' } });
  });
  afterAll(() => fixture.stop());

  it.each(['/version', '/healthz', '/livez', '/readyz', '/readyz?verbose'])(
    'F10.3.2 answers %s without a credential',
    async path => {
      const { status } = await fixture.get(path, { token: '' });
      expect(status).toBe(200);
    },
  );

  it('F10.3.2 answers 401 to a wrong token, even there', async () => {
    const { status, body } = await fixture.get('/version', { token: 'wrong' });
    expect([status, body]).toEqual([
      401,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      },
    ]);
  });

  it('F10.3.3 refuses each kind that may not be listed by itself', async () => {
    await grant('lister', [rule('', 'pods', 'list')]);
    expect((await fixture.get('/api/v1/pods', as('lister'))).status).toBe(200);
    const { body } = await fixture.get(
      '/apis/apps/v1/deployments',
      as('lister'),
    );
    expect(body.message).toBe(
      'deployments.apps is forbidden: User "lister" cannot list resource "deployments" in API group "apps" at the cluster scope',
    );
  });

  it.each([
    ['/api', 'forbidden: User "system:anonymous" cannot get path "/api"'],
    [
      '/api/v1/namespaces/default/pods/p',
      'pods "p" is forbidden: User "system:anonymous" cannot get resource "pods" in API group "" in the namespace "default"',
    ],
    [
      '/apis/example.com/v1/widgets',
      'widgets.example.com is forbidden: User "system:anonymous" cannot list resource "widgets" in API group "example.com" at the cluster scope',
    ],
    [
      '/api/v1/namespaces/default',
      'namespaces "default" is forbidden: User "system:anonymous" cannot get resource "namespaces" in API group "" in the namespace "default"',
    ],
  ])('refuses %s to anonymous callers', async (path, message) => {
    const { status, body } = await fixture.get(path, { token: '' });
    expect([status, body.message]).toEqual([403, message]);
  });

  it('tells who somebody is by a client certificate', async () => {
    const certificate = await issueClient(fixture.authority, {
      user: 'jane',
      groups: ['team', 'admins'],
    });
    const { body } = await fixture.post(
      `${IDENTITY}/selfsubjectreviews`,
      {},
      { certificate },
    );
    expect(body.status.userInfo).toMatchObject({
      username: 'jane',
      groups: ['team', 'admins', 'system:authenticated'],
    });
  });

  it('refuses a client certificate of another authority', async () => {
    const certificate = await issueClient(await createAuthority('other'), {
      user: 'kubernetes-admin',
      groups: ['system:masters'],
    });
    expect((await fixture.get('/version', { certificate })).status).toBe(401);
  });

  describe('tokens that expire', () => {
    it('say whose they are', async () => {
      const token = await fixture.tokenOf('default', 'bot');
      const review = async (spec: object) =>
        (await fixture.post(`${IDENTITY}/tokenreviews`, { spec })).body.status;
      expect(await review({ token })).toMatchObject({
        authenticated: true,
        user: {
          username: 'system:serviceaccount:default:bot',
          groups: [
            'system:serviceaccounts',
            'system:serviceaccounts:default',
            'system:authenticated',
          ],
        },
      });
      expect(await review({ token: `${token}x` })).toEqual({
        user: {},
        error: 'invalid bearer token',
      });
    });

    it('go with the Secret to which they are bound', async () => {
      const secrets = '/api/v1/namespaces/default/secrets';
      await fixture.post(secrets, { metadata: { name: 'tie' } });
      const token = await fixture.tokenOf('default', 'bot', {
        boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'tie' },
      });
      expect((await fixture.get('/version', { token })).status).toBe(200);
      await fixture.delete(`${secrets}/tie`);
      expect((await fixture.get('/version', { token })).status).toBe(401);
    });

    it('are for the audience that was asked for', async () => {
      const token = await fixture.tokenOf('default', 'bot', {
        audiences: ['vault'],
      });
      expect((await fixture.get('/version', { token })).status).toBe(401);
      const { body } = await fixture.post(`${IDENTITY}/tokenreviews`, {
        spec: { token, audiences: ['vault'] },
      });
      expect(body.status.authenticated).toBe(true);
    });

    it.each([
      [
        { expirationSeconds: 60 },
        422,
        'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
      ],
      [
        { boundObjectRef: { kind: 'Pod', name: 'none' } },
        404,
        'pods "none" not found',
      ],
    ])('are not made of %j', async (spec, status, message) => {
      const answer = await fixture.post(`${ACCOUNTS}/bot/token`, { spec });
      expect([answer.status, answer.body.message]).toEqual([status, message]);
    });
  });

  it('answers access reviews with the reason', async () => {
    await grant('reader', [rule('', 'secrets', 'get')]);
    const spec = {
      user: 'reader',
      resourceAttributes: {
        verb: 'get',
        resource: 'secrets',
        namespace: 'default',
      },
    };
    const { status, body } = await fixture.post(
      `${ACCESS}/subjectaccessreviews`,
      { spec },
    );
    expect([status, body.status]).toEqual([
      201,
      {
        allowed: true,
        reason:
          'RBAC: allowed by ClusterRoleBinding "role-reader" of ClusterRole "role-reader" to User "reader"',
      },
    ]);
    const local = `${ACCESS}/namespaces/default/localsubjectaccessreviews`;
    expect((await fixture.post(local, { spec })).body.status.allowed).toBe(
      true,
    );
    const elsewhere = `${ACCESS}/namespaces/kube-system/localsubjectaccessreviews`;
    expect((await fixture.post(elsewhere, { spec })).status).toBe(400);
    const own = await fixture.post(
      `${ACCESS}/selfsubjectaccessreviews`,
      { spec: { nonResourceAttributes: { path: '/metrics', verb: 'get' } } },
      as('reader'),
    );
    expect(own.body.status).toEqual({ allowed: false });
    const empty = await fixture.post(`${ACCESS}/selfsubjectaccessreviews`, {
      spec: {},
    });
    expect(empty.status).toBe(422);
  });

  it('says which role is bound and missing', async () => {
    await fixture.post(`${RBAC}/clusterrolebindings`, {
      metadata: { name: 'dangling' },
      roleRef: { kind: 'ClusterRole', name: 'nowhere' },
      subjects: [{ kind: 'User', name: 'lost' }],
    });
    const { body } = await fixture.get('/api/v1/pods', as('lost'));
    expect(body.message).toBe(
      'pods is forbidden: User "lost" cannot list resource "pods" in API group "" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io "nowhere" not found',
    );
  });

  it('lists the rules of a user in a namespace', async () => {
    await grant('ruled', [rule('apps', 'deployments', 'get', 'list')]);
    const { body } = await fixture.post(
      `${ACCESS}/selfsubjectrulesreviews`,
      { spec: { namespace: 'default' } },
      as('ruled'),
    );
    expect(body.status.resourceRules).toContainEqual(
      rule('apps', 'deployments', 'get', 'list'),
    );
    expect(body.status.incomplete).toBe(false);
  });

  it('keeps to the names of a rule, also for lists of one', async () => {
    await grant('one', [
      { ...rule('', 'secrets', 'get', 'list'), resourceNames: ['mine'] },
    ]);
    const path = '/api/v1/namespaces/default/secrets';
    const only = `${path}?fieldSelector=metadata.name%3Dmine`;
    expect((await fixture.get(only, as('one'))).status).toBe(200);
    expect((await fixture.get(path, as('one'))).status).toBe(403);
    expect((await fixture.get(`${path}/other`, as('one'))).status).toBe(403);
  });

  describe('granting', () => {
    const manage = rule(
      'rbac.authorization.k8s.io',
      '*',
      'create',
      'update',
      'get',
    );
    const role = (name: string, rules: object[]) => ({
      metadata: { name },
      rules,
    });
    const create = (user: string, name: string, rules: object[]) =>
      fixture.post(`${RBAC}/clusterroles`, role(name, rules), as(user));
    const bind = (user: string, name: string, to: string) =>
      fixture.post(
        `${RBAC}/clusterrolebindings`,
        {
          metadata: { name },
          roleRef: { kind: 'ClusterRole', name: to },
          subjects: [{ kind: 'User', name: user }],
        },
        as(user),
      );

    beforeAll(async () => {
      await grant('giver', [manage, rule('', 'pods', 'get', 'list')]);
      await grant('escalator', [
        manage,
        rule('rbac.authorization.k8s.io', 'clusterroles', 'escalate'),
      ]);
      await grant('binder', [
        manage,
        {
          ...rule('rbac.authorization.k8s.io', 'clusterroles', 'bind'),
          resourceNames: ['view'],
        },
      ]);
    });

    it('reaches as far as one holds', async () => {
      const held = await create('giver', 'g1', [rule('', 'pods', 'list')]);
      expect(held.status).toBe(201);
      const { status, body } = await create('giver', 'g2', [
        rule('', 'pods', 'get', 'delete', 'watch'),
        { nonResourceURLs: ['/metrics'], verbs: ['get'] },
      ]);
      expect([status, body.message]).toEqual([
        403,
        'clusterroles.rbac.authorization.k8s.io "g2" is forbidden: user "giver" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["delete" "watch"]}\n{NonResourceURLs:["/metrics"], Verbs:["get"]}',
      ]);
    });

    it('reaches further with escalate and bind', async () => {
      const rules = [rule('', 'secrets', '*')];
      expect((await create('escalator', 'e1', rules)).status).toBe(201);
      expect((await bind('binder', 'b1', 'view')).status).toBe(201);
      expect((await bind('binder', 'b2', 'edit')).status).toBe(403);
      expect((await bind('binder', 'b3', 'nowhere')).status).toBe(404);
    });

    it('lets labels of a larger role be changed', async () => {
      const { body } = await fixture.post(
        `${RBAC}/clusterroles`,
        role('large', [rule('*', '*', '*')]),
      );
      const labelled = {
        ...body,
        metadata: { ...body.metadata, labels: { a: 'b' } },
      };
      const path = `${RBAC}/clusterroles/large`;
      expect((await fixture.put(path, labelled, as('giver'))).status).toBe(200);
    });
  });

  it('acts as somebody else only for those who may', async () => {
    const token = await fixture.tokenOf('default', 'bot');
    const { status, body } = await fixture.get('/version', {
      token,
      ...as('jane'),
    });
    expect([status, body.message]).toEqual([
      403,
      'users "jane" is forbidden: User "system:serviceaccount:default:bot" cannot impersonate resource "users" in API group "" at the cluster scope',
    ]);
  });
});
