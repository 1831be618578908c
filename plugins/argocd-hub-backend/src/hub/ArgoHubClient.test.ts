import { CANARIES } from '../__testUtils__/canaries/secrets';
import { json } from './__testUtils__/FakeHub';
import { allListed, failure, HubFixture } from './__testUtils__/HubFixture';
import type { ArgoHubClient } from './ArgoHubClient';

jest.setTimeout(60_000);

const target = {
  application: 'agent',
  namespace: 'argocd',
  resource: { uid: 'u', namespace: 'n', name: 'r' },
  timeoutMs: 5_000,
};

/** Waits until an application was compared with a commit. */
async function revisionOf(client: ArgoHubClient): Promise<string> {
  for (;;) {
    const [{ status }] = await allListed(client);
    if (status?.sync?.revision) {
      return status.sync.revision;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

describe('ArgoHubClient', () => {
  const fixture = new HubFixture();
  afterEach(() => fixture.stop());

  it('lists what projects allow, and nothing else of them', async () => {
    const { client, control } = await fixture.simulator();
    const spec = {
      destinations: [{ server: '*', namespace: 'team-a', name: 'prod' }],
      sourceNamespaces: ['team-a'],
      sourceRepos: ['https://github.com/example/*'],
      permitOnlyProjectScopedClusters: true,
    };
    await control('/hub/objects', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'team-a', namespace: 'argocd' },
      spec: { ...spec, description: 'not wanted', roles: [] },
    });
    const projects = await client.listProjects();
    expect(projects).toContainEqual({ metadata: { name: 'team-a' }, spec });
    expect(projects.map(({ metadata }) => metadata.name).sort()).toEqual([
      'default',
      'team-a',
    ]);
  });

  it('lists sets as they are, with what they report', async () => {
    const { client } = await fixture.simulator({ argocdVersion: '3.5' });
    let [set] = await client.listApplicationSets();
    while (!set.status?.conditions?.length) {
      await new Promise(resolve => setTimeout(resolve, 50));
      [set] = await client.listApplicationSets();
    }
    expect(set.metadata).toMatchObject({
      name: 'agent-multi-cluster',
      namespace: 'argocd',
      uid: expect.any(String),
    });
    expect(set.spec.generators.length).toBeGreaterThan(0);
    expect(set.spec.template?.spec?.project).toBe('default');
    expect(set.status).toMatchObject({
      conditions: expect.arrayContaining([
        {
          type: expect.any(String),
          status: expect.any(String),
          reason: expect.any(String),
          message: expect.any(String),
          lastTransitionTime: expect.any(String),
        },
      ]),
      resourcesCount: 3,
    });
    // What is not named in the type is there too: it is sent back.
    const preview = await client.generateApplicationSet(set);
    expect(preview.map(({ metadata }) => metadata.name).sort()).toEqual(
      (await allListed(client)).map(({ metadata }) => metadata.name).sort(),
    );
  });

  it('knows what its account may do', async () => {
    const { client } = await fixture.simulator();
    expect(await client.canI('projects', 'get', '*')).toBe(true);
    expect(await client.canI('applicationsets', 'get', '*/*')).toBe(true);
    expect(await client.canI('applications', 'delete', '*/*')).toBe(false);
  });

  describe('what is missing', () => {
    it('is what Argo CD forbids', async () => {
      const { client } = await fixture.simulator();
      expect(await client.getCluster('https://gone')).toBeUndefined();
      const error = await failure(
        client.getApplication('gone', { namespace: 'argocd' }),
      );
      expect(error).toMatchObject({ status: 403, isMissing: true });
    });

    it.each([403, 404])('is not what a front answers with %s', async status => {
      const { client } = await fixture.fake((_request, response) => {
        response.writeHead(status, { 'content-type': 'text/html' });
        response.end('<html>not for you</html>');
      });
      const error = await failure(client.getCluster('https://prod'));
      expect(error).toMatchObject({
        status,
        isMissing: false,
        message: `The hub answered ${status}`,
      });
    });
  });

  describe('a commit', () => {
    const wanted = { application: 'a', namespace: 'argocd', revision: 'main' };
    const answering = async (status: number, body: object) => {
      const { client } = await fixture.fake((_request, response) =>
        json(response, body, status),
      );
      return client.revisionMetadata(wanted);
    };

    it.each([
      ['no commit', 400, { error: 'revision main must be resolved', code: 3 }],
      ['nothing that it may see', 403, { error: 'permission denied', code: 7 }],
      ['nothing that it knows', 404, { error: 'not found', code: 5 }],
      ['one without a moment', 200, { author: 'a', message: 'm' }],
    ])('is missing where the hub finds %s', async (_what, status, body) => {
      expect(await answering(status, body)).toBeUndefined();
    });

    it.each([400, 403, 404])(
      'is not missing because a front answers %s',
      async status => {
        const error = await failure(answering(status, {}));
        expect(error).toMatchObject({ status });
      },
    );
  });

  it('reads a tree, whose nodes may be none', async () => {
    const { client, simulator } = await fixture.simulator();
    expect(simulator.spokes.length).toBeGreaterThan(0);
    const [{ metadata }] = await allListed(client);
    const nodes = await client.resourceTree(metadata.name, {
      namespace: 'argocd',
      timeoutMs: 5_000,
    });
    expect(nodes).toContainEqual(
      expect.objectContaining({ kind: 'Deployment', uid: expect.any(String) }),
    );
    const empty = await fixture.fake((_request, response) =>
      json(response, {}),
    );
    expect(
      await empty.client.resourceTree('a', {
        namespace: 'argocd',
        timeoutMs: 5_000,
      }),
    ).toEqual([]);
  });

  it('answers what a live read of a cluster was answered, whatever it is', async () => {
    const message = 'error listing resource events: dial tcp: refused';
    const { client, hub } = await fixture.fake((_request, response) =>
      json(response, { error: message, code: 2, message }, 500),
    );
    expect(await client.probe(target)).toEqual({
      status: 500,
      code: 2,
      message,
    });
    expect(hub.seen).toHaveLength(1);
    expect(hub.seen[0].headers['grpc-timeout']).toBe('5S');
    expect(client.downSince).toBeUndefined();
  });

  it('understands no error that is none of Argo CD', async () => {
    for (const body of [
      '"text"',
      'null',
      '[]',
      '{"message":{"a":1},"code":"2"}',
      '{"error":7}',
    ]) {
      const { client } = await fixture.fake((_request, response) => {
        response.writeHead(500);
        response.end(body);
      });
      expect(await failure(client.listClusters())).toMatchObject({
        status: 500,
        grpcCode: undefined,
        message: 'The hub answered 500',
      });
      expect(await client.probe(target)).toEqual({ status: 500 });
    }
  });

  it('never shows a token or a password', async () => {
    const { client } = await fixture.fake((request, response) => {
      const error = `bad: ${request.headers.authorization} ${request.body}`;
      json(response, { error, message: error }, 400);
    });
    const write = client.createCluster({
      name: 'prod',
      server: 'https://prod',
      labels: {},
      config: { bearerToken: CANARIES.spokeToken, tlsClientConfig: {} },
    });
    const error = await failure(write);
    const shown = `${error.message} ${error.stack} ${JSON.stringify(error)}`;
    expect(error.message).toContain('bad: Bearer ***');
    expect(shown).not.toContain(CANARIES.hubToken);
    expect(shown).not.toContain(CANARIES.spokeToken);
    expect(JSON.stringify(fixture.reports)).not.toContain(CANARIES.hubToken);
  });

  describe('tells its observer', () => {
    it('about each call over HTTP once, with its name', async () => {
      const { client, simulator } = await fixture.simulator();
      const { url, token } = simulator.hub;
      const revision = await revisionOf(
        fixture.client({ url, auth: { token } }),
      );
      fixture.reports.length = 0;
      const [{ server, name, labels }] = (await client.listClusters()).filter(
        cluster => cluster.name === 'prod',
      );
      const [{ metadata }] = await allListed(client);
      const [set] = await client.listApplicationSets();
      const options = { namespace: 'argocd' };
      await client.getApplication(metadata.name, options);
      await client.refreshApplication(metadata.name, {
        ...options,
        kind: 'normal',
        timeoutMs: 5_000,
      });
      await client.getCluster(server);
      await client.probe(target);
      await client.resourceTree(metadata.name, {
        ...options,
        timeoutMs: 5_000,
      });
      await client.revisionMetadata({
        application: metadata.name,
        ...options,
        revision,
      });
      await client.replaceLabels(server, { name, labels: labels ?? {} });
      await client.generateApplicationSet(set);
      await client.listProjects();
      await client.canI('clusters', 'get', '*');
      expect(fixture.reports.map(({ route }) => route)).toEqual([
        'list-clusters',
        'version',
        'list-applications',
        'list-application-sets',
        'get-application',
        'refresh-application',
        'get-cluster',
        'probe',
        'resource-tree',
        'revision-metadata',
        'replace-labels',
        'generate-application-set',
        'list-projects',
        'can-i',
      ]);
      for (const { durationMs, bytes } of fixture.reports) {
        expect(durationMs).toBeGreaterThan(0);
        expect(bytes).toBeGreaterThan(0);
      }
    });

    it('how each attempt went, and the bytes that came over the wire', async () => {
      const answers: [number, object][] = [
        [503, { error: 'busy', code: 14 }],
        [401, { error: 'invalid session: x', code: 16 }],
        [404, {}],
        [200, { items: [] }],
      ];
      const { client } = await fixture.fake((_request, response) => {
        const [status, body] = answers.shift()!;
        json(response, body, status);
      });
      await failure(client.listClusters());
      await failure(client.listClusters());
      await client.listClusters();
      const refused = fixture.client({ url: 'http://127.0.0.1:1' });
      await failure(
        refused.replaceLabels('https://a', { name: 'a', labels: {} }),
      );
      expect(
        fixture.reports.map(({ route, outcome, bytes }) => [
          route,
          outcome,
          bytes,
        ]),
      ).toEqual([
        ['list-clusters', 'http-5xx', 26],
        ['list-clusters', 'auth', 40],
        ['list-clusters', 'http-4xx', 2],
        ['list-clusters', 'ok', 12],
        ['replace-labels', 'refused', undefined],
      ]);
    });

    it('of a packed list the packed bytes', async () => {
      const { client } = await fixture.simulator({
        applications: 200,
        clusters: 2,
      });
      const listed = await allListed(client);
      const { bytes } = fixture.reports.at(-1)!;
      expect(bytes).toBeGreaterThan(1_000);
      expect(bytes).toBeLessThan(JSON.stringify(listed).length / 2);
    });
  });
});
