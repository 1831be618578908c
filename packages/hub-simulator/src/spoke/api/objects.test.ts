import { SpokeFixture } from '../testing/SpokeFixture';

const NAMESPACES = '/api/v1/namespaces';
const MAPS = '/api/v1/namespaces/default/configmaps';
const SECRETS = '/api/v1/namespaces/default/secrets';
const ROLES = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles';
const configMap = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});

describe('the objects of a spoke', () => {
  let fixture: SpokeFixture;
  beforeAll(async () => {
    fixture = await SpokeFixture.start();
  });
  afterAll(() => fixture.stop());

  it('answers a missing object with the Status of Kubernetes', async () => {
    const { status, body } = await fixture.get(`${ROLES}/none`);
    expect(status).toBe(404);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'roles.rbac.authorization.k8s.io "none" not found',
      reason: 'NotFound',
      details: {
        name: 'none',
        group: 'rbac.authorization.k8s.io',
        kind: 'roles',
      },
      code: 404,
    });
  });

  it.each([
    [
      'a kind that is not served',
      '/api/v1/widgets',
      404,
      'the server could not find the requested resource',
    ],
    [
      'a subresource that does not exist',
      `${MAPS}/a/status`,
      404,
      'the server could not find the requested resource',
    ],
  ])('refuses %s', async (_, path, status, message) => {
    const answer = await fixture.get(path);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });

  it('answers a group that is not served in plain text', async () => {
    const { status, text } = await fixture.get('/apis/example.com/v1/widgets');
    expect([status, text]).toEqual([404, '404 page not found\n']);
  });

  it.each([
    [
      'a namespace with capitals',
      NAMESPACES,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'Bad' } },
      `Namespace "Bad" is invalid: metadata.name: Invalid value: "Bad": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    ],
    [
      'no name',
      MAPS,
      { ...configMap('a'), metadata: {} },
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      'a label with a space',
      MAPS,
      { ...configMap('a'), metadata: { name: 'a', labels: { x: 'a b' } } },
      `ConfigMap "a" is invalid: metadata.labels: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
    ],
    [
      'a rule without verbs',
      ROLES,
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'r' },
        rules: [{ apiGroups: [''], resources: ['pods'] }],
      },
      'Role.rbac.authorization.k8s.io "r" is invalid: rules[0].verbs: Required value: verbs must contain at least one value',
    ],
    [
      'a token Secret of nobody',
      SECRETS,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
        type: 'kubernetes.io/service-account-token',
      },
      'Secret "s" is invalid: metadata.annotations[kubernetes.io/service-account.name]: Required value',
    ],
  ])('refuses %s with 422', async (_, path, body, message) => {
    const answer = await fixture.post(path, body);
    expect([answer.status, answer.body.message]).toEqual([422, message]);
    expect(answer.body.reason).toBe('Invalid');
    expect(answer.body.details.causes).toHaveLength(1);
  });

  it('takes a namespace away from what has none', async () => {
    const answer = await fixture.post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'team', namespace: 'shop' },
    });
    expect(answer.status).toBe(201);
    expect(answer.body.metadata).not.toHaveProperty('namespace');
  });

  it.each([
    [
      'another kind',
      { ...configMap('a'), kind: 'Secret' },
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (v1.ConfigMap): unknown conversion',
    ],
    [
      'another version',
      { ...configMap('a'), apiVersion: 'v2' },
      'the API version in the data (v2) does not match the expected API version (v1)',
    ],
    [
      'another namespace',
      { ...configMap('a'), metadata: { name: 'a', namespace: 'other' } },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'a number for text',
      configMap('a', { data: { a: 1 } }),
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
  ])('refuses a body of %s with 400', async (_, body, message) => {
    const answer = await fixture.post(MAPS, body);
    expect([answer.status, answer.body.message]).toEqual([400, message]);
  });

  it.each([
    [MAPS, '[]'],
    [MAPS, 'null'],
    [MAPS, '"text"'],
    [MAPS, '{"metadata":5}'],
    [MAPS, '{"metadata":{"name":5}}'],
    [MAPS, '{"metadata":{"name":"a","finalizers":"x"}}'],
    [MAPS, '{"metadata":{"name":"a","labels":["x"]}}'],
    [MAPS, '{"metadata":{"name":"a"},"data":"x"}'],
    [ROLES, '{"metadata":{"name":"a"},"rules":"x"}'],
    [ROLES, '{"metadata":{"name":"a"},"rules":[{"verbs":"get"}]}'],
    [NAMESPACES, '{"metadata":{"name":"a"},"spec":[]}'],
  ])('answers 400 to %s with %s', async (path, body) => {
    const answer = await fixture.post(path, body);
    expect([answer.status, answer.body.reason]).toEqual([400, 'BadRequest']);
  });

  it.each(['{}', '{"finalizers":null}', '{"finalizers":["example.com/x"]}'])(
    'holds a namespace with the spec %s until it is empty',
    async spec => {
      const body = `{"metadata":{"generateName":"held-"},"spec":${spec}}`;
      const made = await fixture.post(`${NAMESPACES}?dryRun=All`, body);
      expect(made.body.spec.finalizers).toContain('kubernetes');
    },
  );

  it('refuses, warns of or drops unknown fields as asked', async () => {
    const body = configMap('unknown', { colour: 'red' });
    const strict = await fixture.post(`${MAPS}?fieldValidation=Strict`, body);
    expect([strict.status, strict.body.message]).toEqual([
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "colour"',
    ]);
    const warned = await fixture.post(`${MAPS}?dryRun=All`, body);
    expect(warned.headers.warning).toBe('299 - "unknown field \\"colour\\""');
    expect(warned.body.colour).toBeUndefined();
    const silent = `${MAPS}?dryRun=All&fieldValidation=Ignore`;
    expect((await fixture.post(silent, body)).headers.warning).toBeUndefined();
  });

  it('makes names of a given beginning', async () => {
    const { status, body } = await fixture.post(MAPS, {
      metadata: { generateName: 'made-' },
    });
    expect(status).toBe(201);
    expect(body.metadata.name).toMatch(
      /^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/,
    );
  });

  it('says what exists and what has changed meanwhile', async () => {
    const { body: first } = await fixture.post(MAPS, configMap('twice'));
    const again = await fixture.post(MAPS, configMap('twice'));
    expect([again.status, again.body.reason, again.body.message]).toEqual([
      409,
      'AlreadyExists',
      'configmaps "twice" already exists',
    ]);
    await fixture.put(`${MAPS}/twice`, { ...first, data: { a: '1' } });
    const stale = await fixture.put(`${MAPS}/twice`, first);
    expect([stale.status, stale.body.reason, stale.body.message]).toEqual([
      409,
      'Conflict',
      'Operation cannot be fulfilled on configmaps "twice": the object has been modified; please apply your changes to the latest version and try again',
    ]);
    const other = await fixture.put(
      `${MAPS}/twice`,
      configMap('twice', { metadata: { name: 'twice', uid: 'x' } }),
    );
    expect(other.status).toBe(409);
  });

  it('changes nothing on any dry run', async () => {
    const { body: made } = await fixture.post(MAPS, configMap('dry'));
    const path = `${MAPS}/dry?dryRun=All`;
    const merge = 'merge-patch+json';
    const put = await fixture.put(path, { ...made, data: { a: '1' } });
    expect(put.body.data).toEqual({ a: '1' });
    const patch = await fixture.patch(path, merge, { data: { b: '1' } });
    expect(patch.body.data).toEqual({ b: '1' });
    expect((await fixture.delete(path)).status).toBe(200);
    expect((await fixture.delete(`${MAPS}?dryRun=All`)).status).toBe(200);
    expect((await fixture.get(`${MAPS}/dry`)).body).toEqual(made);
    const wrong = await fixture.post(`${MAPS}?dryRun=Some`, configMap('b'));
    expect([wrong.status, wrong.body.message]).toEqual([
      422,
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: "Some": supported values: "All"',
    ]);
  });

  it.each([
    [
      'json-patch+json',
      [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'add', path: '/data/c', value: '3' },
        { op: 'remove', path: '/data/b' },
      ],
      { a: '1', c: '3' },
    ],
    ['merge-patch+json', { data: { b: null, c: '3' } }, { a: '1', c: '3' }],
    [
      'strategic-merge-patch+json',
      { data: { $patch: 'replace', z: '9' } },
      { z: '9' },
    ],
  ])('takes a %s', async (type, patch, data) => {
    const name = `patched-${type.split('-')[0]}`;
    await fixture.post(MAPS, configMap(name, { data: { a: '1', b: '2' } }));
    const { status, body } = await fixture.patch(
      `${MAPS}/${name}`,
      type,
      patch,
    );
    expect([status, body.data]).toEqual([200, data]);
  });

  it.each([
    ['json', {}, 415],
    ['json-patch+json', [{ op: 'test', path: '/data', value: 'no' }], 422],
    ['json-patch+json', [{ op: 'remove', path: '/none/such' }], 422],
    ['json-patch+json', { op: 'add' }, 400],
    ['merge-patch+json', [1], 400],
    ['merge-patch+json', { metadata: { name: 'other' } }, 400],
  ])('refuses a patch of type %s with %j', async (type, patch, status) => {
    await fixture.post(MAPS, configMap('unpatched'));
    const answer = await fixture.patch(`${MAPS}/unpatched`, type, patch);
    expect([answer.status, answer.body.kind]).toEqual([status, 'Status']);
  });

  it('makes by PUT what RBAC kinds allow, and no other', async () => {
    const role = {
      metadata: { name: 'put' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    };
    expect((await fixture.put(`${ROLES}/put`, role)).status).toBe(201);
    const missing = await fixture.put(`${MAPS}/put`, configMap('put'));
    expect(missing.status).toBe(404);
  });

  it('keeps status and spec apart', async () => {
    const path = '/apis/apps/v1/namespaces/kube-public/deployments';
    const { body: made } = await fixture.post(path, {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } } },
        replicas: 0,
      },
      status: { readyReplicas: 9 },
    });
    expect([made.metadata.generation, made.status]).toEqual([1, undefined]);
    const merge = 'merge-patch+json';
    const status = { status: { readyReplicas: 7 }, spec: { replicas: 5 } };
    const written = await fixture.patch(`${path}/web/status`, merge, status);
    expect(written.body.status.readyReplicas).toBe(7);
    expect(written.body.spec.replicas).toBe(0);
    expect(written.body.metadata.managedFields).toContainEqual(
      expect.objectContaining({ subresource: 'status' }),
    );
    const scaled = await fixture.patch(`${path}/web`, merge, {
      ...status,
      spec: { paused: true },
    });
    expect(scaled.body.metadata.generation).toBe(2);
    const { body: read } = await fixture.get(`${path}/web/status`);
    expect(read.kind).toBe('Deployment');
  });

  it('keeps what is immutable', async () => {
    const { body } = await fixture.post(SECRETS, {
      metadata: { name: 'fixed' },
      stringData: { a: 'b' },
      immutable: true,
    });
    expect(body.data).toEqual({ a: Buffer.from('b').toString('base64') });
    const changed = await fixture.put(`${SECRETS}/fixed`, {
      ...body,
      data: {},
      type: 'other',
    });
    expect([changed.status, changed.body.message]).toEqual([
      422,
      'Secret "fixed" is invalid: [type: Invalid value: "other": field is immutable, data: Forbidden: field is immutable when `immutable` is set]',
    ]);
  });

  it('reads YAML, and answers in it', async () => {
    const yaml = 'metadata:\n  name: from-yaml\ndata:\n  a: "1"\n';
    const made = await fixture.post(MAPS, yaml, { type: 'application/yaml' });
    expect(made.body.data).toEqual({ a: '1' });
    const accept = { accept: 'application/yaml' };
    const { text } = await fixture.get(`${MAPS}/from-yaml`, {
      headers: accept,
    });
    expect(text).toMatch('data:\n  a: "1"\n');
  });

  it.each([
    ['text/plain', 'x', 415],
    ['application/json', '{', 400],
    ['application/vnd.kubernetes.protobuf', 'no magic', 400],
  ])('refuses a body of type %s that is %j', async (type, body, status) => {
    expect((await fixture.post(MAPS, body, { type })).status).toBe(status);
  });

  it('answers 406 to those who take only what it cannot give', async () => {
    const headers = { accept: 'application/vnd.kubernetes.protobuf' };
    const { status, body } = await fixture.get(MAPS, { headers });
    expect([status, body.reason]).toEqual([406, 'NotAcceptable']);
  });
});
