import { Fixture, until } from '../testing/Fixture';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ACCOUNTS = '/api/v1/namespaces/team/serviceaccounts';

describe('the Kubernetes API of a spoke', () => {
  let fixture: Fixture;
  const call = (path: string, options = {}) =>
    fixture.kubernetes('perf', path, options);
  const post = (path: string, body: object, token?: string) =>
    call(path, { method: 'POST', body, token });

  beforeAll(async () => {
    fixture = await Fixture.start();
    await post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'team' },
    });
  });
  afterAll(() => fixture.stop());

  const account = (name: string) =>
    post(ACCOUNTS, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name },
    });
  const tokenOf = async (name: string, spec: object = {}) => {
    const { body } = await post(`${ACCOUNTS}/${name}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec,
    });
    return body.status.token as string;
  };
  const role = (kind: string, name: string, rules: object[]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name },
    rules,
  });
  const binding = (name: string, roleRef: object, subject: string) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...roleRef },
    subjects: [{ kind: 'ServiceAccount', name: subject, namespace: 'team' }],
  });

  it('serves version and health to anonymous callers, and nothing else', async () => {
    const anonymous = (path: string) => call(path, { token: '' });
    expect((await anonymous('/version')).body.gitVersion).toBe('v1.33.4');
    expect((await anonymous('/readyz')).body).toBe('ok');
    const { status, body } = await anonymous('/api/v1/namespaces');
    expect(status).toBe(403);
    expect(body).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      message:
        'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope',
    });
  });

  it('refuses a wrong token, also where anonymous callers may go', async () => {
    const { status, body } = await call('/version', { token: 'wrong' });
    expect(status).toBe(401);
    expect(body).toMatchObject({ reason: 'Unauthorized', code: 401 });
  });

  it('answers missing, existing and conflicting objects as Kubernetes does', async () => {
    const missing = await call(`${ACCOUNTS}/none`);
    expect([missing.status, missing.body.message]).toEqual([
      404,
      'serviceaccounts "none" not found',
    ]);
    const first = await account('twice');
    const again = await account('twice');
    expect([again.status, again.body.reason]).toEqual([409, 'AlreadyExists']);
    const stale = await call(`${ACCOUNTS}/twice`, {
      method: 'PUT',
      body: {
        ...first.body,
        metadata: { ...first.body.metadata, resourceVersion: '1' },
      },
    });
    expect([stale.status, stale.body.reason]).toEqual([409, 'Conflict']);
  });

  it('needs the namespace of an object', async () => {
    const { status, body } = await post(
      '/api/v1/namespaces/nowhere/serviceaccounts',
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } },
    );
    expect([status, body.message]).toEqual([
      404,
      'namespaces "nowhere" not found',
    ]);
  });

  it('refuses bad names and bodies of another kind', async () => {
    const bad = await account('Not_A_Name');
    expect([bad.status, bad.body.reason]).toEqual([422, 'Invalid']);
    const kind = await post(ACCOUNTS, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a' },
    });
    expect([kind.status, kind.body.reason]).toEqual([400, 'BadRequest']);
  });

  it('checks a dry run fully and stores nothing', async () => {
    const create = () =>
      post(`${ACCOUNTS}?dryRun=All`, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'ghost' },
      });
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body.metadata.uid).toEqual(expect.any(String));
    expect((await create()).status).toBe(201);
    expect((await call(`${ACCOUNTS}/ghost`)).status).toBe(404);
  });

  it('fills a token Secret a moment later, with a token that works until it is deleted', async () => {
    await account('legacy');
    const path = '/api/v1/namespaces/team/secrets';
    const made = await post(path, {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'legacy-token',
        annotations: { 'kubernetes.io/service-account.name': 'legacy' },
      },
    });
    expect(made.body.data?.token).toBeUndefined();
    const secret = await until(async () => {
      const { body } = await call(`${path}/legacy-token`);
      return body.data?.token ? body : undefined;
    });
    expect(secret.data['ca.crt']).toBe(fixture.spoke('perf').caData);
    const token = Buffer.from(secret.data.token, 'base64').toString();
    const { body } = await post(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      },
      token,
    );
    expect(body.status.userInfo.username).toBe(
      'system:serviceaccount:team:legacy',
    );
    await call(`${path}/legacy-token`, { method: 'DELETE' });
    expect((await call('/version', { token })).status).toBe(401);
  });

  it('needs the service account annotation on a token Secret', async () => {
    const { status, body } = await post('/api/v1/namespaces/team/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: { name: 'no-annotation' },
    });
    expect([status, body.reason]).toEqual([422, 'Invalid']);
  });

  it('gives tokens that expire, for ten minutes at least', async () => {
    await account('bound');
    const { body } = await post(`${ACCOUNTS}/bound/token`, {
      spec: { expirationSeconds: 900 },
    });
    const inSeconds =
      (Date.parse(body.status.expirationTimestamp) - Date.now()) / 1000;
    expect(inSeconds).toBeGreaterThan(880);
    expect(inSeconds).toBeLessThanOrEqual(900);
    const short = await post(`${ACCOUNTS}/bound/token`, {
      spec: { expirationSeconds: 60 },
    });
    expect(short.status).toBe(422);
  });

  it('allows exactly what the roles of a service account say', async () => {
    await account('writer');
    await post(
      `${RBAC}/namespaces/team/roles`,
      role('Role', 'write-config', [
        {
          apiGroups: [''],
          resources: ['configmaps'],
          verbs: ['create', 'get'],
        },
      ]),
    );
    await post(
      `${RBAC}/namespaces/team/rolebindings`,
      binding('writer', { kind: 'Role', name: 'write-config' }, 'writer'),
    );
    const token = await tokenOf('writer');
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
    };
    const inTeam = '/api/v1/namespaces/team/configmaps';
    expect((await post(inTeam, config, token)).status).toBe(201);
    expect((await call(`${inTeam}/c`, { token })).status).toBe(200);
    expect((await call(inTeam, { token })).status).toBe(403);
    const outside = await post(
      '/api/v1/namespaces/default/configmaps',
      config,
      token,
    );
    expect(outside.status).toBe(403);
    expect(outside.body.message).toBe(
      'configmaps is forbidden: User "system:serviceaccount:team:writer" cannot create resource "configmaps" in API group "" in the namespace "default"',
    );
  });

  it('answers access reviews with what would really happen', async () => {
    await account('asker');
    const token = await tokenOf('asker');
    const may = async (resourceAttributes: object) => {
      const { status, body } = await post(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes },
        },
        token,
      );
      expect(status).toBe(201);
      return body.status.allowed;
    };
    const what = { verb: 'list', resource: 'pods', namespace: 'team' };
    expect(await may(what)).toBe(false);
    await post(
      `${RBAC}/namespaces/team/rolebindings`,
      binding('asker', { kind: 'ClusterRole', name: 'cluster-admin' }, 'asker'),
    );
    expect(await may(what)).toBe(true);
    expect(await may({ ...what, namespace: 'default' })).toBe(false);
    expect(await may({ verb: '*', resource: '*', group: '*' })).toBe(false);
  });

  it('lets nobody grant more than they hold', async () => {
    await account('climber');
    await post(
      `${RBAC}/namespaces/team/roles`,
      role('Role', 'manage-roles', [
        {
          apiGroups: ['rbac.authorization.k8s.io'],
          resources: ['roles', 'rolebindings'],
          verbs: ['*'],
          resourceNames: [],
        },
        { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      ]),
    );
    // "*" on roles would include escalate and bind: name the verbs instead.
    const manage = role('Role', 'manage-roles', [
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['roles', 'rolebindings'],
        verbs: ['create', 'get', 'list'],
      },
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    ]);
    await call(`${RBAC}/namespaces/team/roles/manage-roles`, {
      method: 'PUT',
      body: manage,
    });
    await post(
      `${RBAC}/namespaces/team/rolebindings`,
      binding('climber', { kind: 'Role', name: 'manage-roles' }, 'climber'),
    );
    const token = await tokenOf('climber');
    const create = (name: string, verbs: string[]) =>
      post(
        `${RBAC}/namespaces/team/roles?dryRun=All`,
        role('Role', name, [{ apiGroups: [''], resources: ['pods'], verbs }]),
        token,
      );
    expect((await create('held', ['get'])).status).toBe(201);
    const climbing = await create('more', ['get', 'delete']);
    expect(climbing.status).toBe(403);
    expect(climbing.body.message).toMatch(
      'is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
    );
    const bound = await post(
      `${RBAC}/namespaces/team/rolebindings`,
      binding('up', { kind: 'ClusterRole', name: 'cluster-admin' }, 'climber'),
      token,
    );
    expect(bound.status).toBe(403);
  });

  it('never changes the role of a binding', async () => {
    const path = `${RBAC}/namespaces/team/rolebindings`;
    const admin = { kind: 'ClusterRole', name: 'cluster-admin' };
    await post(path, binding('fixed', admin, 'a'));
    const { status, body } = await call(`${path}/fixed`, {
      method: 'PUT',
      body: binding('fixed', { kind: 'Role', name: 'other' }, 'a'),
    });
    expect(status).toBe(422);
    expect(body.message).toMatch('cannot change roleRef');
  });

  it('merges patches and changes nothing when nothing changes', async () => {
    await account('patched');
    const patch = (labels: object) =>
      call(`${ACCOUNTS}/patched`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/merge-patch+json' },
        body: { metadata: { labels } },
      });
    const first = await patch({ a: '1', b: '2' });
    const second = await patch({ a: null });
    expect(second.body.metadata.labels).toEqual({ b: '2' });
    const third = await patch({ b: '2' });
    expect(third.body.metadata.resourceVersion).toBe(
      second.body.metadata.resourceVersion,
    );
    expect(first.body.metadata.uid).toBe(second.body.metadata.uid);
  });

  it('applies server-side, creating what is not there', async () => {
    const apply = (labels: object) =>
      call(`${ACCOUNTS}/applied?fieldManager=test&force=true`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/apply-patch+yaml' },
        body: {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'applied', labels },
        },
      });
    expect((await apply({ a: '1' })).body.metadata.labels).toEqual({ a: '1' });
    expect((await apply({ a: '2' })).body.metadata.labels).toEqual({ a: '2' });
  });

  it('filters lists by labels and fields', async () => {
    await post(ACCOUNTS, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'labelled', labels: { tier: 'web' } },
    });
    const list = async (query: string) =>
      (await call(`${ACCOUNTS}?${query}`)).body.items.map(
        (item: { metadata: { name: string } }) => item.metadata.name,
      );
    expect(await list('labelSelector=tier%3Dweb')).toEqual(['labelled']);
    expect(await list('fieldSelector=metadata.name%3Dlabelled')).toEqual([
      'labelled',
    ]);
  });

  it('takes a namespace with everything in it', async () => {
    await post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'gone' },
    });
    const inside = '/api/v1/namespaces/gone/serviceaccounts/default';
    expect((await call(inside)).status).toBe(200);
    const { body } = await call('/api/v1/namespaces/gone', {
      method: 'DELETE',
    });
    expect(body.status.phase).toBe('Terminating');
    await until(async () => (await call(inside)).status === 404);
    await until(
      async () => (await call('/api/v1/namespaces/gone')).status === 404,
    );
  });
});
