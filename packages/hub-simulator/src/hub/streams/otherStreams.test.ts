import { ArgoVersion } from '../../state/ArgoVersion';
import { CONTROL_PLANE } from '../../state/names';
import type { ApplicationSet } from '../../types/applicationset';
import { pause, StreamFixture } from './__testUtils__/StreamFixture';

const SETS = '/api/v1/stream/applicationsets';
const TREE = '/api/v1/stream/applications/a/resource-tree';

const nodeOf = (name: string) => ({
  version: 'v1',
  kind: 'Service',
  name,
  uid: name,
  health: { status: 'Healthy' },
});

describe('the stream of a resource tree', () => {
  let fixture: StreamFixture;
  beforeAll(async () => {
    fixture = await StreamFixture.start();
  });
  beforeEach(() => {
    fixture.create('a');
    fixture.create('tenant/a', { project: 'other' });
  });
  afterEach(() => fixture.clean());
  afterAll(() => fixture.stop());

  const write = (key: string, ...names: string[]) =>
    fixture.state.redis.trees.write(key, { nodes: names.map(nodeOf) });

  it('F1.5.10 sends the whole tree with every write, and nothing before', async () => {
    write('argocd/a', 'before');
    const stream = fixture.open({ path: TREE });
    await pause();
    expect(stream.response).toBeUndefined();
    write('argocd/a', 'x', 'y');
    write('tenant/a', 'elsewhere');
    write('argocd/a', 'x', 'y');
    write('argocd/a', 'x');
    await stream.until(3);
    expect(stream.events).toEqual([
      { result: { nodes: [nodeOf('x'), nodeOf('y')] } },
      { result: { nodes: [nodeOf('x'), nodeOf('y')] } },
      { result: { nodes: [nodeOf('x')] } },
    ]);
  });

  it('F1.5.10, F1.5.8 finds the application by namespace, and trims', async () => {
    const stream = fixture.open({
      path: TREE,
      query: 'appNamespace=tenant&fields=result.nodes.name',
    });
    await pause();
    write('argocd/a', 'elsewhere');
    write('tenant/a', 'x');
    await stream.until(1);
    expect(stream.events).toEqual([{ result: { nodes: [{ name: 'x' }] } }]);
  });

  it('F1.5.2, F1.5.10 sends lines as well', async () => {
    const stream = fixture.open({ path: TREE, accept: 'application/json' });
    await pause();
    write('argocd/a', 'x');
    await pause();
    expect(stream.text).toBe(
      `${JSON.stringify({ result: { nodes: [nodeOf('x')] } })}\n`,
    );
  });

  it.each([
    ['a missing application', 'appNamespace=nowhere', 403, 'permission denied'],
    [
      'a project that may not be seen',
      'project=secret',
      403,
      'permission denied',
    ],
    [
      'a namespace that is not enabled',
      'appNamespace=nowhere&project=open',
      403,
      'permission denied',
    ],
  ])(
    'F1.4.4, F1.5.4 refuses %s with a frame',
    async (_, query, code, message) => {
      const stream = fixture.open({ path: TREE, query });
      await stream.untilEnd();
      expect(stream.response?.statusCode).toBe(code);
      expect(stream.text).toContain(
        `"http_code":${code},"message":"${message}"`,
      );
    },
  );

  it('F1.4.4, F1.5.4 tells that an application is missing where it could be seen', async () => {
    const stream = fixture.open({
      path: '/api/v1/stream/applications/none/resource-tree',
      query: 'project=open',
    });
    await stream.untilEnd();
    expect(stream.response?.statusCode).toBe(404);
    expect(stream.text).toContain(
      'applications.argoproj.io \\"none\\" not found',
    );
  });

  it('F1.5.4, F1.1.11 refuses a call without token', async () => {
    const stream = fixture.open({ path: TREE, token: '' });
    await stream.untilEnd();
    expect(stream.response?.statusCode).toBe(401);
    expect(stream.text).toMatch(/^data: \{"error":/);
  });
});

describe('the stream of ApplicationSets', () => {
  let fixture: StreamFixture;

  const create = (
    name: string,
    labels: Record<string, string>,
    project = 'open',
  ) =>
    fixture.state.applicationSets.create({
      metadata: { name, namespace: CONTROL_PLANE, labels },
      spec: {
        generators: [],
        template: { metadata: { name: '{{name}}' }, spec: { project } },
      },
    } as unknown as ApplicationSet);
  const touch = (name: string) =>
    fixture.state.applicationSets.update(name, CONTROL_PLANE, set => {
      set.metadata.annotations = { touched: fixture.state.revisions.last };
    });
  const seen = (events: { result: Record<string, never> }[]) =>
    events.map(
      ({ result: { type, applicationSet } }) =>
        `${type} ${(applicationSet as ApplicationSet).metadata.name}`,
    );

  beforeAll(async () => {
    fixture = await StreamFixture.start();
  });
  beforeEach(() => {
    create('a', { team: 'x' });
    create('b', { team: 'y' });
    create('hidden', {}, 'secret');
  });
  afterEach(() => {
    fixture.clean();
    fixture.state.version = ArgoVersion.of('3.5');
  });
  afterAll(() => fixture.stop());

  it('F1.5.10 begins with nothing, and tells what changes', async () => {
    const stream = fixture.open({ path: SETS });
    await pause();
    expect(stream.response).toBeUndefined();
    touch('a');
    touch('hidden');
    create('c', {});
    fixture.state.applicationSets.delete('b', CONTROL_PLANE);
    await stream.until(3);
    expect(seen(stream.events)).toEqual(['MODIFIED a', 'ADDED c', 'DELETED b']);
    expect(stream.events[0].result.applicationSet.spec.generators).toEqual([]);
  });

  it.each(['', '&resourceVersion=999999'])(
    'F1.5.10 begins with the set that is named, with "%s"',
    async version => {
      const stream = await fixture.follow(1, {
        path: SETS,
        query: `name=b${version}`,
      });
      touch('a');
      if (!version) touch('b');
      await pause();
      expect(seen(stream.events)).toEqual(
        version ? ['ADDED b'] : ['ADDED b', 'MODIFIED b'],
      );
    },
  );

  it.each([
    ['a selector', 'selector=team=x', ['MODIFIED a']],
    ['projects', 'projects=open&projects=z', ['MODIFIED a', 'MODIFIED b']],
    ['other projects', 'projects=secret', []],
    ['a set elsewhere', 'name=a&appSetNamespace=tenant', []],
    ['a floor', 'resourceVersion=999999', []],
  ])('F1.5.10 selects by %s', async (_, query, expected) => {
    const stream = fixture.open({ path: SETS, query });
    await pause();
    for (const name of ['a', 'b', 'hidden']) touch(name);
    await pause();
    expect(seen(stream.events)).toEqual(expected);
  });

  it('F1.5.7, F1.5.8 trims, and does not repeat itself', async () => {
    const stream = await fixture.follow(1, {
      path: SETS,
      query: 'name=a&fields=result.type,result.applicationSet.metadata.name',
    });
    touch('a');
    touch('a');
    await pause();
    expect(stream.events).toEqual([
      {
        result: { type: 'ADDED', applicationSet: { metadata: { name: 'a' } } },
      },
      {
        result: {
          type: 'MODIFIED',
          applicationSet: { metadata: { name: 'a' } },
        },
      },
    ]);
  });

  it.each([
    ['2.14', 404, /^Not Found\n$/],
    ['3.4', 200, /"ADDED"/],
    ['3.5', 200, /"ADDED"/],
  ])(
    'F1.5.10 is there since 3.4: release %s answers %i',
    async (release, code, text) => {
      fixture.state.version = ArgoVersion.of(release);
      const stream = fixture.open({ path: SETS, query: 'name=a' });
      await pause(200);
      expect(stream.response?.statusCode).toBe(code);
      expect(stream.text).toMatch(text);
    },
  );

  it.each([SETS, TREE, '/api/v1/stream/applications'])(
    'F1.1.10 answers 405 to other methods: %s',
    async path => {
      const { url } = fixture.hub.describe();
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    },
  );
});
