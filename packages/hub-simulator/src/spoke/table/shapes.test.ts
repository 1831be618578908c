import { SpokeFixture } from '../testing/SpokeFixture';
import { shortDuration } from './duration';

describe('the shapes of answers', () => {
  let fixture: SpokeFixture;
  const as = (accept: string) => ({ headers: { accept } });
  const TABLE = as(
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  );

  beforeAll(async () => {
    fixture = await SpokeFixture.start();
  });
  afterAll(() => fixture.stop());

  it('prints any kind as a Table', async () => {
    const { body } = await fixture.get('/api/v1/namespaces', TABLE);
    expect(body.kind).toBe('Table');
    expect(body.columnDefinitions[0]).toMatchObject({
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 0,
    });
    expect(body.rows[0].cells.slice(0, 2)).toEqual(['default', 'Active']);
    expect(body.rows[0].object).toMatchObject({
      kind: 'PartialObjectMetadata',
      metadata: { name: 'default' },
    });
  });

  it.each([
    [
      'deployments.apps',
      '/apis/apps/v1/deployments',
      ['Name', 'Ready', 'Up-to-date', 'Available', 'Age'],
    ],
    ['pods', '/api/v1/pods', ['Name', 'Ready', 'Status', 'Restarts', 'Age']],
    [
      'events',
      '/api/v1/events',
      ['Last Seen', 'Type', 'Reason', 'Object', 'Message'],
    ],
    [
      'services',
      '/api/v1/services',
      ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age'],
    ],
    [
      'ingresses',
      '/apis/networking.k8s.io/v1/ingresses',
      ['Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'],
    ],
    [
      'roles',
      '/apis/rbac.authorization.k8s.io/v1/roles',
      ['Name', 'Created At'],
    ],
  ])('knows the columns of %s', async (_, path, names) => {
    const { body } = await fixture.get(path, TABLE);
    const shown = body.columnDefinitions
      .filter(({ priority }: { priority: number }) => !priority)
      .map(({ name }: { name: string }) => name);
    expect(shown).toEqual(names);
  });

  it('leaves out or puts in whole objects as asked', async () => {
    const path = '/api/v1/namespaces?includeObject=';
    const none = await fixture.get(`${path}None`, TABLE);
    expect(none.body.rows[0].object).toBeUndefined();
    const whole = await fixture.get(`${path}Object`, TABLE);
    expect(whole.body.rows[0].object.spec).toEqual({
      finalizers: ['kubernetes'],
    });
  });

  it('gives metadata alone', async () => {
    const accept = (kind: string) =>
      as(`application/json;as=${kind};g=meta.k8s.io;v=v1`);
    const list = await fixture.get(
      '/api/v1/namespaces',
      accept('PartialObjectMetadataList'),
    );
    expect(list.body.kind).toBe('PartialObjectMetadataList');
    expect(Object.keys(list.body.items[0])).toEqual([
      'kind',
      'apiVersion',
      'metadata',
    ]);
    const one = await fixture.get(
      '/api/v1/namespaces/default',
      accept('PartialObjectMetadata'),
    );
    expect(one.body).toMatchObject({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
    });
  });

  it('keeps errors as they are', async () => {
    const { body } = await fixture.get('/api/v1/namespaces/none', TABLE);
    expect(body.kind).toBe('Status');
  });

  it.each([
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [130, '2m10s'],
    [3600, '60m'],
    [11_000, '3h3m'],
    [90_000, '25h'],
    [200_000, '2d7h'],
    [1_000_000, '11d'],
    [70_000_000, '2y80d'],
  ])('shortens %d seconds to %s', (seconds, text) => {
    expect(shortDuration(seconds)).toBe(text);
  });
});
