import {
  type TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { HubConfig } from '../config';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('HubMirror on %p', id => {
  let world: MirrorWorld | undefined;

  const given = async (
    hub?: Partial<HubConfig>,
    databaseId: TestDatabaseId = id,
  ) => {
    const knex = await databases.init(databaseId);
    world = await MirrorWorld.start({ knex, hub });
    return world;
  };

  const complete = (one: MirrorWorld) =>
    until(async () => (await one.store.hubs.get('main'))?.complete);

  afterEach(async () => {
    await world?.stop();
    world = undefined;
  });

  it('holds what the hub tells', async () => {
    const one = await given();
    one.mirror();
    await complete(one);
    const { items } = await one.ask('/api/v1/applications');
    const stored = await one.applications();
    expect(stored.map(({ name }) => name)).toEqual(
      items.map((item: any) => item.metadata.name).sort(),
    );
    for (const item of items) {
      const record = stored.find(({ name }) => name === item.metadata.name)!;
      expect(record).toMatchObject({
        hub: 'main',
        namespace: item.metadata.namespace,
        uid: item.metadata.uid,
        project: item.spec.project,
        sync: item.status.sync.status,
        health: item.status.health.status,
        sources: [
          {
            repoUrl: item.spec.source.repoURL,
            revision: item.status.sync.revision,
          },
        ],
        images: item.status.summary.images,
        resources: item.status.resources.length,
        applicationSet: 'agent-multi-cluster',
        conditions: [],
      });
      expect(record.history.map(entry => entry.revision)).toEqual(
        item.status.history.map((entry: any) => entry.revision),
      );
      expect(record.cluster).toEqual({
        name: record.name.replace(/^agent-/, ''),
      });
    }
    const clusters = await one.store.clusters.list({ hub: 'main' });
    expect(clusters.map(({ name }) => name)).toEqual(['dr', 'prod', 'staging']);
    expect(await one.store.hubs.get('main')).toMatchObject({
      applications: items.length,
      clusters: 3,
      skipped: [],
      version: expect.stringMatching(/^v3/),
    });
  });
});
