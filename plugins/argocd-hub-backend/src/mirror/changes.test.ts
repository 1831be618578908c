import { TestDatabases } from '@backstage/backend-test-utils';
import { LITTLE_PATIENCE } from './__testUtils__/littlePatience';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const KEY = { hub: 'main', namespace: 'argocd', name: 'agent-prod' };

describe.each(databases.eachSupportedId())(
  'changes of a real hub on %p',
  id => {
    let world: MirrorWorld;

    beforeEach(async () => {
      world = await MirrorWorld.start({
        knex: await databases.init(id),
        hub: { relistMs: 1_000 },
        timing: LITTLE_PATIENCE,
      });
      world.mirror();
      await until(async () => (await world.store.hubs.get('main'))?.complete);
    });

    afterEach(() => world.stop());

    const changes = async () =>
      (await world.store.changes.list({ applications: [KEY], limit: 200 }))
        .changes;

    const revisions = async () =>
      (await changes()).flatMap(change =>
        change.kind === 'revision'
          ? [{ historyId: change.historyId, revision: change.revision }]
          : [],
      );

    /** As Argo CD has it, newest first. */
    const history = async () => {
      const { status } = await world.ask('/api/v1/applications/agent-prod');
      return status.history
        .map(({ id: historyId, revision }: any) => ({ historyId, revision }))
        .reverse();
    };

    const deploy = async (tag: string) => {
      const before = (await history()).length;
      await world.control('/repo/commit', { tag, author: 'Ada', message: tag });
      await until(async () => (await history()).length > before, 40_000);
    };

    it('tell the deployments of Argo CD, also those made while nobody looked, once', async () => {
      expect(await revisions()).toEqual(await history());
      await deploy('v8.0.1');
      const told = await until(async () => {
        const found = await revisions();
        return found.length === (await history()).length ? found : undefined;
      });
      expect(told).toEqual(await history());

      await world.stopMirrors();
      await deploy('v8.0.2');
      world.mirror(await world.replica());
      await until(
        async () => (await revisions()).length === (await history()).length,
        30_000,
      );
      expect(await revisions()).toEqual(await history());

      const operations = (await changes()).filter(
        ({ kind }) => kind === 'operation',
      );
      const [newest] = operations;
      expect(newest).toMatchObject({
        phase: 'Succeeded',
        revision: (await history())[0].revision,
        cluster: 'prod',
      });
      expect(new Set(operations.map(({ at }) => at)).size).toBe(
        operations.length,
      );
    });

    it('tell how health goes, when Argo CD says so', async () => {
      await world.control('/applications/agent-prod/health', {
        status: 'Degraded',
      });
      const found = await until(async () =>
        (
          await changes()
        ).find(change => change.kind === 'health' && change.to === 'Degraded'),
      );
      expect(found).toMatchObject({ from: 'Healthy', cluster: 'prod' });
      const { status } = await world.ask('/api/v1/applications/agent-prod');
      expect(found.at).toBe(
        new Date(status.health.lastTransitionTime).toISOString(),
      );
      const onProd = await world.store.changes.list({
        cluster: { hub: 'main', name: 'prod' },
        limit: 200,
      });
      expect(onProd.changes.map(change => change.id)).toContain(found.id);
    });
  },
);
