import { SpokeFixture } from '../testing/SpokeFixture';

const APPLY = 'apply-patch+yaml';
const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const ROLES = '/apis/rbac.authorization.k8s.io/v1/clusterroles';

describe('server-side apply', () => {
  let fixture: SpokeFixture;
  beforeAll(async () => {
    fixture = await SpokeFixture.start();
  });
  afterAll(() => fixture.stop());

  const apply = (path: string, body: object, manager: string, query = '') =>
    fixture.patch(`${path}?fieldManager=${manager}${query}`, APPLY, body);
  const configMap = (name: string, data: object, labels?: object) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(labels && { labels }) },
    data,
  });
  const deployment = (containers: object[]) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  });

  it('makes what is not there and notes whose fields they are', async () => {
    const body = configMap('new', { a: '1' }, { x: 'y' });
    const answer = await apply(`${MAPS}/new`, body, 'one');
    expect(answer.status).toBe(201);
    expect(answer.body.metadata.managedFields).toEqual([
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'v1',
        time: expect.stringMatching(/Z$/),
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:data': { 'f:a': {} },
          'f:metadata': { 'f:labels': { 'f:x': {} } },
        },
      },
    ]);
    const again = await apply(`${MAPS}/new`, body, 'one');
    expect([again.status, again.body]).toEqual([200, answer.body]);
  });

  it('takes out what its manager no longer applies, and nothing of others', async () => {
    const path = `${MAPS}/shared`;
    await apply(path, configMap('shared', { a: '1', b: '1' }), 'one');
    await apply(path, configMap('shared', { b: '1', c: '1' }), 'two');
    const { body } = await apply(path, configMap('shared', {}), 'one');
    expect(body.data).toEqual({ b: '1', c: '1' });
  });

  it('refuses what another manager owns, in the words of Kubernetes', async () => {
    const path = `${MAPS}/contested`;
    await apply(path, configMap('contested', { a: '1', b: '1' }), 'one');
    const { status, body } = await apply(
      path,
      configMap('contested', { a: '2' }),
      'two',
    );
    expect([status, body.reason, body.message]).toEqual([
      409,
      'Conflict',
      'Apply failed with 1 conflict: conflict with "one": .data.a',
    ]);
    expect(body.details.causes).toEqual([
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "one"',
        field: '.data.a',
      },
    ]);
    const both = await apply(
      path,
      configMap('contested', { a: '2', b: '2' }),
      'two',
    );
    expect(both.body.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b',
    );
  });

  it('takes fields by force', async () => {
    const path = `${MAPS}/forced`;
    await apply(path, configMap('forced', { a: '1', b: '1' }), 'one');
    const { body } = await apply(
      path,
      configMap('forced', { a: '2' }),
      'two',
      '&force=true',
    );
    expect(body.data).toEqual({ a: '2', b: '1' });
    const fields = Object.fromEntries(
      body.metadata.managedFields.map(
        (entry: { manager: string; fieldsV1: object }) => [
          entry.manager,
          entry.fieldsV1,
        ],
      ),
    );
    expect(fields).toEqual({
      one: { 'f:data': { 'f:b': {} } },
      two: { 'f:data': { 'f:a': {} } },
    });
  });

  it('shares a field with those who want the same', async () => {
    const path = `${MAPS}/agreed`;
    await apply(path, configMap('agreed', { a: '1' }), 'one');
    const { status } = await apply(
      path,
      configMap('agreed', { a: '1' }),
      'two',
    );
    expect(status).toBe(200);
    const { body } = await apply(path, configMap('agreed', {}), 'one');
    expect(body.data).toEqual({ a: '1' });
  });

  it('counts what others wrote without apply', async () => {
    await fixture.post(
      `${MAPS}?fieldManager=maker`,
      configMap('written', { a: '1' }),
    );
    const { body } = await apply(
      `${MAPS}/written`,
      configMap('written', { a: '2' }),
      'one',
    );
    expect(body.message).toBe(
      'Apply failed with 1 conflict: conflict with "maker" using v1: .data.a',
    );
  });

  it('counts what was there before anybody noted owners', async () => {
    fixture.spoke.store.create('configmaps', {
      metadata: { name: 'old', namespace: 'default' },
      data: { a: '1' },
    });
    const { body } = await apply(
      `${MAPS}/old`,
      configMap('old', { a: '2' }),
      'one',
    );
    expect(body.message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
  });

  it('merges containers by name and takes the last field of one out', async () => {
    const path = `${DEPLOYMENTS}/web`;
    const web = { name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] };
    const side = { name: 'side', image: 'side:1' };
    await apply(path, deployment([web]), 'one');
    const both = await apply(path, deployment([side]), 'two');
    expect(both.body.spec.template.spec.containers).toEqual([web, side]);
    const { body } = await apply(path, deployment([]), 'two');
    expect(body.spec.template.spec.containers).toEqual([web]);
    expect(body.metadata.generation).toBe(3);
  });

  it('changes the rules of a role as a whole', async () => {
    const role = (...rules: object[]) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'r' },
      rules,
    });
    const rule = (verb: string) => ({
      apiGroups: [''],
      resources: ['pods'],
      verbs: [verb],
    });
    await apply(`${ROLES}/r`, role(rule('get'), rule('list')), 'one');
    const conflict = await apply(`${ROLES}/r`, role(rule('get')), 'two');
    expect(conflict.body.message).toMatch(/"one": \.rules$/);
    const { body } = await apply(`${ROLES}/r`, role(rule('get')), 'one');
    expect(body.rules).toEqual([rule('get')]);
  });

  it.each([
    [
      '',
      configMap('a', {}),
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    [
      'fieldManager=one',
      { ...configMap('a', {}), metadata: { managedFields: [{}] } },
      400,
      'metadata.managedFields must be nil',
    ],
    [
      'fieldManager=one',
      {
        ...configMap('a', {}),
        metadata: { name: 'a', resourceVersion: '5' },
      },
      409,
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
  ])('refuses ?%s with %j', async (query, body, status, message) => {
    const answer = await fixture.patch(`${MAPS}/a?${query}`, APPLY, body);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });

  it('stores nothing on a dry run', async () => {
    const body = configMap('ghost', { a: '1' });
    const answer = await apply(`${MAPS}/ghost`, body, 'one', '&dryRun=All');
    expect(answer.body.data).toEqual({ a: '1' });
    expect((await fixture.get(`${MAPS}/ghost`)).status).toBe(404);
  });

  it('needs the right to create for what is not there', async () => {
    await fixture.post('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name: 'patcher' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }],
    });
    await fixture.post(
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      {
        metadata: { name: 'patcher' },
        roleRef: { kind: 'ClusterRole', name: 'patcher' },
        subjects: [{ kind: 'User', name: 'pat' }],
      },
    );
    const { status, body } = await fixture.patch(
      `${MAPS}/fresh?fieldManager=one`,
      APPLY,
      configMap('fresh', {}),
      { headers: { 'impersonate-user': 'pat' } },
    );
    expect([status, body.message]).toEqual([
      403,
      'configmaps "fresh" is forbidden: User "pat" cannot create resource "configmaps" in API group "" in the namespace "default"',
    ]);
  });
});
