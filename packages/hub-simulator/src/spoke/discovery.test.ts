import { SpokeFixture } from './testing/SpokeFixture';

describe('discovery of a spoke', () => {
  let fixture: SpokeFixture;
  beforeAll(async () => {
    fixture = await SpokeFixture.start();
  });
  afterAll(() => fixture.stop());

  it('says version by version what there is', async () => {
    const { body: groups } = await fixture.get('/apis');
    const names = groups.groups.map(({ name }: { name: string }) => name);
    expect(names).toContain('rbac.authorization.k8s.io');
    const { body } = await fixture.get('/api/v1');
    expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
    expect(body.resources).toContainEqual({
      name: 'serviceaccounts/token',
      singularName: '',
      namespaced: true,
      group: 'authentication.k8s.io',
      version: 'v1',
      kind: 'TokenRequest',
      verbs: ['create'],
    });
    const { body: group } = await fixture.get('/apis/apps');
    expect(group.preferredVersion.groupVersion).toBe('apps/v1');
  });

  it('says everything at once to those who ask', async () => {
    const type =
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const headers = { accept: `${type},application/json` };
    const answer = await fixture.get('/apis', { headers });
    expect(answer.headers['content-type']).toBe(type);
    const apps = answer.body.items.find(
      (item: { metadata: { name: string } }) => item.metadata.name === 'apps',
    );
    expect(apps.versions[0].resources[0]).toMatchObject({
      resource: 'deployments',
      responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      scope: 'Namespaced',
      shortNames: ['deploy'],
      subresources: [{ subresource: 'status' }],
    });
    const core = await fixture.get('/api', { headers });
    expect(core.body.items).toHaveLength(1);
    expect((await fixture.get('/api')).body.versions).toEqual(['v1']);
  });

  it('describes what can be patched in OpenAPI, also as protobuf', async () => {
    const { body } = await fixture.get('/openapi/v3');
    const { serverRelativeURL } = body.paths['apis/apps/v1'];
    const document = (await fixture.get(serverRelativeURL)).body;
    const { patch } =
      document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'];
    expect(patch['x-kubernetes-group-version-kind']).toEqual({
      group: 'apps',
      kind: 'Deployment',
      version: 'v1',
    });
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const two = await fixture.get('/openapi/v2', { headers: { accept } });
    expect(two.headers['content-type']).toMatch(/\+protobuf$/);
    expect(two.text).toMatch('fieldValidation');
    expect((await fixture.get('/openapi/v2')).body.swagger).toBe('2.0');
  });

  it.each([
    '/nothing',
    '/apis/none',
    '/openapi/v3/apis/none/v1',
    '/apis/apps/v2',
  ])('knows nothing of %s', async path => {
    const { status, text } = await fixture.get(path);
    expect([status, text]).toEqual([404, '404 page not found\n']);
  });

  it('takes no other method on such a path', async () => {
    const { status, body } = await fixture.post('/version', {});
    expect([status, body.reason]).toEqual([405, 'MethodNotAllowed']);
  });
});
