import { LIST, World } from './__testUtils__/World';

const FINALIZER = 'resources-finalizer.argocd.argoproj.io';
const OWN = 'example.com/own';

describe('deleting an application', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterEach(() => world.state.applications.delete('web', 'argocd'));
  afterAll(() => world.stop());

  const add = (...finalizers: string[]) =>
    world.add('web', app => {
      if (finalizers.length) app.metadata.finalizers = finalizers;
    });
  const remove = (query = '', options = {}) =>
    world.call(`${LIST}/web?${query}`, { method: 'DELETE', ...options });

  it.each([
    ['', [FINALIZER]],
    ['cascade=true', [FINALIZER]],
    ['propagationPolicy=foreground', [`${FINALIZER}/foreground`]],
    ['propagationPolicy=Background', [`${FINALIZER}/background`]],
  ])(
    'F1.6.6 cascades in the foreground by default: %s',
    async (query, finalizers) => {
      add(OWN);
      const { status, body } = await remove(query);
      expect([status, body]).toEqual([200, {}]);
      const { metadata } = world.app('web');
      expect(metadata.finalizers).toEqual([OWN, ...finalizers]);
      expect(metadata.deletionTimestamp).toMatch(/Z$/);
    },
  );

  it('F1.6.6 drops the finalizers of Argo CD without cascade', async () => {
    add(FINALIZER, OWN);
    expect((await remove('cascade=false')).status).toBe(200);
    expect(world.app('web').metadata.finalizers).toEqual([OWN]);
    world.state.applications.delete('web', 'argocd');
    add(FINALIZER);
    await remove('cascade=false');
    expect(world.app('web')).toBeUndefined();
  });

  it('F1.6.6 adds no finalizer to what is being deleted already', async () => {
    add(OWN);
    await remove('propagationPolicy=foreground');
    expect((await remove('propagationPolicy=background')).status).toBe(200);
    expect(world.app('web').metadata.finalizers).toEqual([
      OWN,
      `${FINALIZER}/foreground`,
    ]);
  });

  it.each([
    [
      'cascade=false&propagationPolicy=background',
      'cannot set propagation policy when cascading is disabled',
    ],
    ['propagationPolicy=sideways', 'invalid propagation policy: sideways'],
    [
      'cascade=maybe',
      expect.stringMatching(
        /strconv\.ParseBool: parsing "maybe": invalid syntax/,
      ),
    ],
  ])('F1.6.6, F1.1.14 refuses %s', async (query, message) => {
    add();
    const { status, body } = await remove(query);
    expect([status, body.code, body.message]).toEqual([400, 3, message]);
  });

  it('F1.1.3 needs the content type although it has no body', async () => {
    add();
    const { status, text } = await remove('', {
      headers: { 'Content-Type': 'text/plain' },
    });
    expect([status, text.trim()]).toEqual([415, 'Invalid content type']);
  });

  it('F1.1.11, F1.4.4 hides what may not be read, and says which right is missing', async () => {
    add();
    const hidden = await remove('', { as: 'nobody' });
    expect([hidden.status, hidden.body.message]).toEqual([
      403,
      'permission denied',
    ]);
    const denied = await remove('', { as: 'reader' });
    expect(denied.body.message).toMatch(
      /^permission denied: applications, delete, default\/web, sub: reader, iat: /,
    );
    const missing = await world.call(`${LIST}/none?project=default`, {
      method: 'DELETE',
    });
    expect(missing.status).toBe(404);
  });

  it('F1.6.6 deletes in the namespace of the query', async () => {
    world.state.applicationNamespaces = ['team-a'];
    world.changeProject(spec => {
      spec.sourceNamespaces = ['team-a'];
    });
    world.add('bot', app => {
      app.metadata.namespace = 'team-a';
      app.metadata.finalizers = [OWN];
    });
    const { status } = await world.call(`${LIST}/bot?appNamespace=team-a`, {
      method: 'DELETE',
    });
    expect(status).toBe(200);
    expect(world.app('bot', 'team-a').metadata.finalizers).toContain(FINALIZER);
  });
});
