import { TestDatabases } from '@backstage/backend-test-utils';
import { LITTLE_PATIENCE } from './__testUtils__/littlePatience';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const policyOf = (...lines: string[]) =>
  [
    'p, role:reader, applications, get, */*, allow',
    'p, role:reader, clusters, get, *, allow',
    ...lines,
  ].join('\n');

describe.each(databases.eachSupportedId())(
  'ApplicationSets and projects on %p',
  id => {
    let world: MirrorWorld;

    beforeEach(async () => {
      world = await MirrorWorld.start({
        knex: await databases.init(id),
        hub: { relistMs: 1_000 },
        timing: { ...LITTLE_PATIENCE, secondListMs: 3_000 },
      });
    });

    afterEach(() => world.stop());

    const project = (name: string, rest: object = {}) =>
      world.control('/hub/objects', {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AppProject',
        metadata: { name, namespace: 'argocd' },
        spec: {},
        ...rest,
      });

    const projectNames = async () =>
      (await world.store.projects.list()).map(({ name }) => name);

    /** How often the hub was asked for its projects. */
    const listed = async (): Promise<number> => {
      const { url } = world.simulator.control;
      const response = await fetch(`${url}/hub/requests`);
      const { requests } = await response.json();
      return requests['GET /api/v1/projects'] ?? 0;
    };

    const hub = async () => world.store.hubs.get('main');

    it('are mirrored, with what the account may see of them', async () => {
      world.mirror();
      const sets = await until(async () => {
        const found = await world.store.applicationSets.list({ hub: 'main' });
        return found.some(({ conditions }) => conditions.length > 0)
          ? found
          : undefined;
      });
      const { items } = await world.ask('/api/v1/applicationsets');
      expect(sets.map(({ name }) => name)).toEqual(
        items.map(({ metadata }: any) => metadata.name),
      );
      expect(sets[0]).toMatchObject({
        hub: 'main',
        namespace: 'argocd',
        name: 'agent-multi-cluster',
        applicationsSync: 'sync',
        clusterSelectors: [
          {
            matchLabels: {
              'argocd.argoproj.io/secret-type': 'cluster',
              'deploy.agent': 'true',
            },
          },
        ],
        otherGenerators: [],
      });
      expect(sets[0].conditions.map(({ type }) => type)).toContain(
        'ResourcesUpToDate',
      );
      expect(await world.store.applicationSets.get(sets[0])).toEqual(sets[0]);
      expect(
        await world.store.applicationSets.list({ names: ['another'] }),
      ).toEqual([]);

      await until(async () => (await projectNames()).includes('default'));
      expect(await world.store.projects.get('main', 'default')).toMatchObject({
        destinations: [{ server: '*', namespace: '*' }],
      });
      await until(async () => (await hub())?.readableProjects === 'all');
      await until(async () => (await hub())?.readableSets === 'all');
    });

    it('are written only where they differ, and then told', async () => {
      world.mirror();
      await until(async () => (await projectNames()).includes('default'));
      const writes: string[] = [];
      world.knex.on('query', ({ sql }) => {
        if (/^(insert|update|delete).*projects/.test(sql)) {
          writes.push(sql);
        }
      });
      const told = () => world.changes.flatMap(({ projects = [] }) => projects);
      const before = told().length;
      const lists = await listed();
      await until(async () => (await listed()) >= lists + 2, 20_000);
      expect(writes).toEqual([]);
      expect(told()).toHaveLength(before);

      await project('team', {
        spec: {
          destinations: [{ name: 'prod', namespace: 'team' }],
          permitOnlyProjectScopedClusters: true,
        },
      });
      await until(() => told().includes('team'));
      expect(await world.store.projects.get('main', 'team')).toMatchObject({
        destinations: [{ name: 'prod', namespace: 'team' }],
        permitOnlyProjectScopedClusters: true,
      });
      await project('team', { deleted: true });
      await until(async () => !(await projectNames()).includes('team'));
    });

    it('tell that nothing is readable from that there is nothing', async () => {
      world.mirror();
      await until(async () => (await hub())?.readableSets === 'all');
      await world.stopMirrors();
      await world.control('/hub/policy', {
        policy: policyOf('p, role:reader, projects, get, default, allow'),
        defaultRole: 'role:reader',
      });
      world.mirror();
      await until(async () => (await hub())?.readableProjects === 'some');
      // All sets are gone: the hub is asked a second time first.
      expect(await world.store.applicationSets.list()).toHaveLength(1);
      await until(async () => (await hub())?.readableSets === 'none');
      expect(await world.store.applicationSets.list()).toEqual([]);
    });

    it('outlast a hub that lists none of them for a moment', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `team-${index}`);
      for (const name of names) await project(name);
      world.mirror();
      await until(async () => (await projectNames()).length >= 30);
      await world.stopMirrors();
      const before = await listed();
      const gone = names.slice(0, 25);
      for (const name of gone) await project(name, { deleted: true });
      world.mirror();
      await until(async () => (await listed()) > before);
      // In time for the second list.
      await Promise.all(gone.map(name => project(name)));
      expect((await projectNames()).length).toBeGreaterThanOrEqual(30);
      await until(async () => (await listed()) >= before + 3, 20_000);
      expect((await projectNames()).length).toBeGreaterThanOrEqual(30);
    });

    it('keep to themselves what fails, and come back', async () => {
      await world.control('/hub/break', {
        kind: 'status',
        code: 500,
        pathPrefix: '/api/v1/projects',
      });
      world.mirror();
      await until(async () => (await hub())?.readableSets === 'all');
      expect(await projectNames()).toEqual([]);
      await world.control('/hub/heal');
      await until(async () => (await projectNames()).includes('default'));
    });
  },
);
