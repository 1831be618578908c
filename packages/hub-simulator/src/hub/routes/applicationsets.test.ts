import { Fixture, until } from '../../testing/Fixture';
import type { ApplicationSet } from '../../types/applicationset';

const SETS = '/api/v1/applicationsets';
const EMPTY_TEMPLATE = { metadata: {}, spec: { destination: {}, project: '' } };
const SOME = { clusters: { selector: { matchLabels: { env: 'staging' } } } };
const NONE = { clusters: { selector: { matchLabels: { env: 'none' } } } };

describe('the API of ApplicationSets', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
  });
  afterAll(() => fixture.stop());

  const set = (
    name: string,
    options: {
      spec?: object;
      template?: object;
      metadata?: object;
    } = {},
  ) => ({
    metadata: { name, ...options.metadata },
    spec: {
      goTemplate: true,
      generators: [NONE],
      template: {
        metadata: { name: `${name}-{{.name}}` },
        spec: {
          project: 'default',
          source: { repoURL: 'https://github.com/example/agent', path: 'helm' },
          destination: { server: '{{.server}}', namespace: 'default' },
          ...options.template,
        },
      },
      ...options.spec,
    },
  });
  const post = (body: unknown, query = '') =>
    fixture.hub(`${SETS}${query}`, { method: 'POST', body });
  const generate = (applicationSet: unknown) =>
    fixture.hub(`${SETS}/generate`, {
      method: 'POST',
      body: { applicationSet },
    });
  const error = ({ status, body }: { status: number; body: unknown }) => {
    const { code, message, error: text } = body as Record<string, unknown>;
    expect(text).toBe(message);
    return [status, code, message];
  };

  describe('get and list', () => {
    it('F1.7.1 answers 404 for a set that is not there', async () => {
      expect(error(await fixture.hub(`${SETS}/none`))).toEqual([
        404,
        5,
        'error getting ApplicationSet: applicationset.argoproj.io "none" not found',
      ]);
    });

    it('F1.7.1 refuses another namespace', async () => {
      expect(
        error(await fixture.hub(`${SETS}/none?appsetNamespace=team`)),
      ).toEqual([500, 2, "namespace 'team' is not permitted"]);
      const { body } = await fixture.hub(`${SETS}?appsetNamespace=team`);
      expect(body.items).toEqual([]);
    });

    it('F1.7.1 lists by projects and selector', async () => {
      await post(set('listed', { metadata: { labels: { team: 'x' } } }));
      const names = async (query: string) =>
        (await fixture.hub(`${SETS}${query}`)).body.items.map(
          ({ metadata }: ApplicationSet) => metadata.name,
        );
      expect(await names('')).toEqual(
        expect.arrayContaining(['agent-multi-cluster', 'listed']),
      );
      expect(await names('?selector=team%3Dx')).toEqual(['listed']);
      expect(await names('?selector=team%21%3Dx')).not.toContain('listed');
      expect(await names('?projects=other')).toEqual([]);
      expect(await names('?projects=other&projects=default')).toContain(
        'listed',
      );
      const bad = await fixture.hub(`${SETS}?selector=a%20b%20c`);
      expect([bad.status, bad.body.code]).toEqual([500, 2]);
      expect(bad.body.message).toMatch(/^error parsing the selector: /);
    });

    it('F1.8.2 judges every set by its project and name', async () => {
      const admin = await fixture.admin(`${SETS}/agent-multi-cluster`);
      expect(admin.status).toBe(200);
      const denied = await fixture.hub(`${SETS}/agent-multi-cluster`, {
        method: 'DELETE',
      });
      expect([denied.status, denied.body.code]).toEqual([403, 7]);
      expect(denied.body.message).toMatch(
        /^permission denied: applicationsets, delete, default\/agent-multi-cluster, sub: backstage, iat: /,
      );
    });

    it("F1.1.1 answers in the shape of Go's structs", async () => {
      await post(set('shaped'));
      const { body } = await fixture.hub(`${SETS}/shaped`);
      expect(body.spec.generators).toEqual([
        { clusters: { ...NONE.clusters, template: EMPTY_TEMPLATE } },
      ]);
      expect(body).not.toHaveProperty('kind');
      expect(body.status).toHaveProperty('health');
    });
  });

  describe('create', () => {
    it('F1.7.1 creates, and gives the existing one when it is equal', async () => {
      const created = await post(set('equal'));
      expect(created.status).toBe(200);
      expect(created.body.metadata).toMatchObject({
        name: 'equal',
        namespace: 'argocd',
        uid: expect.any(String),
        generation: 1,
      });
      expect(created.body.status).toEqual({ health: {} });
      const again = await post(set('equal'));
      expect(again.body.metadata.uid).toBe(created.body.metadata.uid);
    });

    it.each([
      ['the spec', { spec: { generators: [SOME] } }],
      ['labels', { metadata: { labels: { a: 'b' } } }],
      ['annotations', { metadata: { annotations: { a: 'b' } } }],
      ['finalizers', { metadata: { finalizers: ['a/b'] } }],
    ])('F1.7.1 refuses a change of %s without upsert', async (_, change) => {
      await post(set('different'));
      expect(error(await post(set('different', change)))).toEqual([
        400,
        3,
        'existing ApplicationSet spec is different, use upsert flag to force update',
      ]);
    });

    it('F1.7.1 upserts: spec and finalizers replaced, labels and annotations merged', async () => {
      await post(
        set('upserted', {
          metadata: {
            labels: { a: '1', b: '1' },
            annotations: { a: '1' },
            finalizers: ['old/one'],
          },
        }),
      );
      const { body, status } = await post(
        set('upserted', {
          metadata: { labels: { b: '2', c: '2' }, annotations: { d: '2' } },
          spec: { goTemplateOptions: ['missingkey=error'] },
        }),
        '?upsert=true',
      );
      expect(status).toBe(200);
      expect(body.metadata.labels).toEqual({ a: '1', b: '2', c: '2' });
      expect(body.metadata.annotations).toEqual({ a: '1', d: '2' });
      expect(body.metadata).not.toHaveProperty('finalizers');
      expect(body.metadata.generation).toBe(2);
      expect(body.spec.goTemplateOptions).toEqual(['missingkey=error']);
    });

    it('F1.7.1 refuses a templated project', async () => {
      const body = set('a', { template: { project: '{{.name}}' } });
      expect(error(await post(body))).toEqual([
        500,
        2,
        'error validating ApplicationSets: the Argo CD API does not currently support creating ApplicationSets with templated `project` fields',
      ]);
    });

    it('F1.7.1 refuses a project that does not exist', async () => {
      const body = set('a', { template: { project: 'none' } });
      expect(error(await post(body))).toEqual([
        400,
        3,
        'ApplicationSet references project none which does not exist',
      ]);
      const without = set('a', { template: { project: '' } });
      expect(error(await post(without))).toEqual([
        500,
        2,
        'error checking create permissions for ApplicationSets a : error getting ApplicationSet\'s project "": resource name may not be empty',
      ]);
    });

    it.each([
      [
        { metadata: { name: 'Bad_Name' } },
        'error creating ApplicationSet: ApplicationSet.argoproj.io "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain',
      ],
      [
        { metadata: { name: '' } },
        'error creating ApplicationSet: ApplicationSet.argoproj.io "" is invalid: metadata.name: Required value: name or generateName is required',
      ],
      [
        { metadata: 'x' },
        'json: cannot unmarshal string into Go struct field ApplicationSet.metadata of type v1.ObjectMeta',
      ],
      [
        { spec: { generators: {} } },
        'json: cannot unmarshal object into Go struct field ApplicationSetSpec.spec.generators of type []v1alpha1.ApplicationSetGenerator',
      ],
      [
        set('bad', { spec: { generators: [{ list: { elements: 5 } }] } }),
        'json: cannot unmarshal number into Go struct field ListGenerator.spec.generators.list.elements of type []v1.JSON',
      ],
      [
        set('bad', {
          spec: { strategy: { rollingSync: { steps: [{ maxUpdate: 1.5 }] } } },
        }),
        'json: cannot unmarshal number 1.5 into Go struct field ApplicationSetRolloutStep.spec.strategy.rollingSync.steps.maxUpdate of type int32',
      ],
      [
        set('bad', { spec: { syncPolicy: { applicationsSync: 'never' } } }),
        'error creating ApplicationSet: ApplicationSet.argoproj.io "bad" is invalid: spec.syncPolicy.applicationsSync: Unsupported value: "never": supported values: "create-only", "create-update", "create-delete", "sync"',
      ],
    ])('F1.1.7 answers 400 for %j', async (change, message) => {
      const { status, body } = await post({ ...set('bad'), ...change });
      expect([status, body.code]).toEqual([400, 3]);
      expect(body.message).toContain(message);
    });

    it('F1.1.7 answers for bodies that are no sets', async () => {
      const wrong = await generate(set('bad', { spec: { generators: 'x' } }));
      expect(wrong.body.message).toBe(
        'json: cannot unmarshal string into Go struct field ApplicationSetSpec.applicationSet.spec.generators of type []v1alpha1.ApplicationSetGenerator',
      );
      const list = await fixture.hub(`${SETS}/generate`, {
        method: 'POST',
        body: [],
      });
      expect(error(list)).toEqual([
        400,
        3,
        'json: cannot unmarshal array into Go value of type applicationset.ApplicationSetGenerateRequest',
      ]);
      const nothing = await generate(null);
      expect(error(nothing)).toEqual([
        500,
        2,
        'error creating ApplicationSets: ApplicationSets is nil in request',
      ]);
      const other = set('a', { spec: { generators: [{ unknown: {} }] } });
      expect(error(await post(other))).toEqual([
        500,
        2,
        'error validating ApplicationSets: ApplicationSet a contains unrecognized generators',
      ]);
    });

    it('F1.7.1 lists with dryRun what would be generated, and saves nothing', async () => {
      const { body, status } = await post(
        set('dry', { spec: { generators: [SOME] } }),
        '?dryRun=true',
      );
      expect(status).toBe(200);
      expect(body.status.resources).toEqual([
        { name: 'dry-staging', health: {} },
      ]);
      expect((await fixture.hub(`${SETS}/dry`)).status).toBe(404);
    });

    it('F1.1.14 refuses a flag that is none', async () => {
      const { status, body } = await post(set('flag'), '?upsert=maybe');
      expect([status, body.code]).toEqual([400, 3]);
    });
  });

  describe('generate', () => {
    it('F1.7.2 generates without saving, by the Secrets as they are', async () => {
      const { body } = await generate(
        set('preview', { spec: { generators: [SOME] } }),
      );
      expect(body.applications).toHaveLength(1);
      const [app] = body.applications;
      expect(app.metadata).toEqual({
        name: 'preview-staging',
        finalizers: ['resources-finalizer.argocd.argoproj.io'],
      });
      expect(app.spec.destination.server).toBe(fixture.spoke('staging').url);
      expect((await fixture.hub(`${SETS}/preview`)).status).toBe(404);
    });

    it('F10.3.5 previews a cluster that is not there as an element of a list', async () => {
      const element = {
        name: 'future',
        nameNormalized: 'future',
        server: 'https://future.example.com',
        project: '',
        metadata: { labels: { env: 'x' } },
      };
      const { body } = await generate(
        set('list', {
          spec: { generators: [{ list: { elements: [element] } }] },
        }),
      );
      expect(body.applications[0].metadata.name).toBe('list-future');
    });

    it('F4.1 reports a template that cannot be rendered', async () => {
      const { status, body } = await generate(
        set('bad', {
          spec: { generators: [SOME] },
          template: { destination: { server: '{{ foo }}' } },
        }),
      );
      expect([status, body.code]).toEqual([500, 2]);
      expect(body.message).toBe(
        'unable to generate Applications of ApplicationSet: error generating applications: failed to parse template {{ foo }}: template: base:1: function "foo" not defined\n',
      );
    });

    it('F1.7.2 answers an empty object when nothing is generated', async () => {
      expect((await generate(set('empty'))).text).toBe('{}');
    });

    it('F1.1.11 needs a session', async () => {
      const { status } = await fixture.hub(`${SETS}/generate`, {
        method: 'POST',
        body: { applicationSet: set('x') },
        token: '',
      });
      expect(status).toBe(401);
    });
  });

  describe('delete, tree and events', () => {
    it('F1.7.1 deletes, and answers 404 for what is not there', async () => {
      await post(set('doomed'));
      const remove = () =>
        fixture.admin(`${SETS}/doomed`, { method: 'DELETE' });
      const { status, text } = await remove();
      expect([status, text]).toEqual([200, '{}']);
      expect(error(await remove())).toEqual([
        404,
        5,
        'error getting ApplicationSets: applicationsets.argoproj.io "doomed" not found',
      ]);
    });

    it('F1.7.1 gives a tree of the applications in its status', async () => {
      const path = `${SETS}/agent-multi-cluster`;
      const { nodes } = await until(async () => {
        const { body } = await fixture.hub(`${path}/resource-tree`);
        return body.nodes?.length === 3 && body;
      });
      const { body: own } = await fixture.hub(path);
      expect(nodes[0]).toMatchObject({
        group: 'argoproj.io',
        version: 'v1alpha1',
        kind: 'Application',
        namespace: 'argocd',
        name: 'agent-dr',
        parentRefs: [
          {
            group: 'argoproj.io',
            version: 'v1alpha1',
            kind: 'ApplicationSet',
            namespace: 'argocd',
            name: 'agent-multi-cluster',
            uid: own.metadata.uid,
          },
        ],
      });
      await post(set('leafless'));
      const empty = await fixture.hub(`${SETS}/leafless/resource-tree`);
      expect(empty.text).toBe('{}');
      expect((await fixture.hub(`${SETS}/none/resource-tree`)).status).toBe(
        404,
      );
    });

    it('F1.7.1 gives the events of a set', async () => {
      await post(set('eventful'));
      const { body } = await fixture.hub(`${SETS}/eventful/events`);
      expect(body.items[0]).toMatchObject({
        reason: 'ResourceCreated',
        message: 'backstage created ApplicationSet',
        type: 'Normal',
        involvedObject: { kind: 'ApplicationSet', name: 'eventful' },
        source: { component: 'argocd-server' },
      });
      expect((await fixture.hub(`${SETS}/none/events`)).status).toBe(404);
    });
  });
});
