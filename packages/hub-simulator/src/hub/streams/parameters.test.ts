import { Rbac } from '../Rbac';
import { pause, StreamFixture } from './__testUtils__/StreamFixture';

describe('what a stream of applications shows', () => {
  let fixture: StreamFixture;
  beforeAll(async () => {
    fixture = await StreamFixture.start();
  });
  beforeEach(() => {
    fixture.create('b', { labels: { team: 'x' } });
    fixture.create('a', { labels: { team: 'y' }, project: 'other' });
    fixture.create('tenant/a');
    fixture.create('hidden', { project: 'secret' });
    fixture.create('disabled/a');
  });
  afterEach(() => fixture.clean());
  afterAll(() => fixture.stop());

  it.each([
    ['nothing', '', ['argocd/a', 'argocd/b', 'tenant/a']],
    ['a name', 'name=a', ['argocd/a']],
    ['a name and its namespace', 'name=a&appNamespace=tenant', ['tenant/a']],
    [
      'a namespace alone, which counts only with a name',
      'appNamespace=tenant',
      ['argocd/a', 'argocd/b', 'tenant/a'],
    ],
    [
      'a repository, which is ignored',
      'repo=https://elsewhere.example.com',
      ['argocd/a', 'argocd/b', 'tenant/a'],
    ],
    ['projects', 'projects=other&projects=x', ['argocd/a']],
    ['project', 'project=other&project=x', ['argocd/a']],
    [
      'both, of which project wins',
      'project=other&projects=open',
      ['argocd/a'],
    ],
    ['a selector', 'selector=team%20in%20(x,z)', ['argocd/b']],
    [
      'an unknown parameter',
      'cluster=prod&pageSize=1',
      ['argocd/a', 'argocd/b', 'tenant/a'],
    ],
  ])(
    'F1.5.1, F1.5.5 begins with what is selected by %s, in order',
    async (_, query, expected) => {
      const stream = await fixture.follow(expected.length, { query });
      const found = stream.events.map(
        ({ result: { type, application } }) =>
          `${type} ${application.metadata.namespace}/${application.metadata.name}`,
      );
      expect(found).toEqual(expected.map(path => `ADDED ${path}`));
    },
  );

  it.each([
    ['a name', 'name=a&appNamespace=tenant', 'tenant/a', 1],
    ['projects', 'projects=other', 'a', 1],
    ['a selector', 'selector=team=x', 'b', 1],
    ['nothing', '', 'b', 3],
  ])(
    'F1.5.1 tells the changes of what is selected by %s, and no others',
    async (_, query, path, count) => {
      const stream = await fixture.follow(count, { query });
      fixture.touch('hidden');
      if (query) for (const each of ['a', 'b', 'tenant/a']) fixture.touch(each);
      else fixture.touch(path);
      await pause();
      const changes = stream.events.slice(count).map(({ result }) => result);
      expect(
        changes.map(({ type, application: { metadata } }) => [
          type,
          `${metadata.namespace}/${metadata.name}`,
        ]),
      ).toEqual([['MODIFIED', path.includes('/') ? path : `argocd/${path}`]]);
    },
  );

  it.each([
    { rule: 'a current version', offset: 0, seen: ['MODIFIED b'] },
    { rule: 'a version to come', offset: 1, seen: ['MODIFIED b'] },
    { rule: 'a version too far', offset: 2, seen: [] },
  ])(
    'F1.5.5 takes $rule for a floor and replays nothing',
    async ({ offset, seen }) => {
      fixture.touch('a');
      const floor = Number(fixture.state.revisions.last) + offset;
      const stream = fixture.open({ query: `resourceVersion=${floor}` });
      await pause();
      fixture.touch('b');
      await pause();
      expect(stream.names).toEqual(seen);
    },
  );

  it.each(['0', 'latest', '-5'])(
    'F10.1.6 takes resource version %s for a floor of nothing, without a burst',
    async version => {
      const stream = fixture.open({ query: `resourceVersion=${version}` });
      await pause();
      expect(stream.response).toBeUndefined();
      fixture.touch('b');
      await stream.until(1);
      expect(stream.names).toEqual(['MODIFIED b']);
    },
  );

  it.each(['', '1', '999999999'])(
    'F1.5.5 adds what is named, also above resource version "%s"',
    async version => {
      const stream = await fixture.follow(1, {
        query: `name=b&resourceVersion=${version}`,
      });
      expect(stream.names).toEqual(['ADDED b']);
    },
  );

  it.each([
    {
      rule: 'the selector',
      query: 'selector=team%3Dx',
      leave: () =>
        fixture.touch('b', app => {
          app.metadata.labels = {};
        }),
    },
    {
      rule: 'the project',
      query: 'projects=open&name=b',
      leave: () =>
        fixture.touch('b', app => {
          app.spec.project = 'other';
        }),
    },
    {
      rule: 'what the caller may see',
      query: 'name=b',
      leave: () =>
        fixture.touch('b', app => {
          app.spec.project = 'secret';
        }),
    },
  ])('F1.5.6 tells nobody of leaving $rule', async ({ query, leave }) => {
    const stream = await fixture.follow(1, { query });
    leave();
    fixture.delete('b');
    await pause();
    expect(stream.names).toEqual(['ADDED b']);
  });

  it('F1.5.6 tells of a deletion that the caller may see', async () => {
    const stream = await fixture.follow(1, { query: 'selector=team=x' });
    fixture.delete('b');
    fixture.delete('hidden');
    await pause();
    expect(stream.names).toEqual(['ADDED b', 'DELETED b']);
  });

  it('F1.5.6, F8.4 asks for rights with every event, and for the token once', async () => {
    const { state, hub } = fixture;
    const { rbac } = state;
    const stream = await fixture.follow(3);
    const account = hub.sessions.accounts.get('backstage');
    account.enabled = false;
    const late = fixture.open();
    await late.untilEnd();
    expect(late.response?.statusCode).toBe(401);
    fixture.touch('b');
    await stream.until(4);
    expect(stream.names.at(-1)).toBe('MODIFIED b');
    state.rbac = new Rbac('');
    fixture.touch('b');
    await pause();
    expect(stream.names).toHaveLength(4);
    state.rbac = rbac;
    account.enabled = true;
  });
});
