import { setTimeout as delay } from 'node:timers/promises';
import { TestDatabases } from '@backstage/backend-test-utils';
import { CANARIES } from '../__testUtils__/canaries/secrets';
import type { HubConfig } from '../config';
import { tablesOf } from '../store/__testUtils__/tablesOf';
import { agreeing, complete, stored } from './__testUtils__/demoHub';
import { LITTLE_PATIENCE } from './__testUtils__/littlePatience';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('HubMirror on %p', id => {
  let world: MirrorWorld | undefined;

  const given = async (hub?: Partial<HubConfig>) => {
    const knex = await databases.init(id);
    world = await MirrorWorld.start({ knex, hub, timing: LITTLE_PATIENCE });
    return world;
  };

  afterEach(async () => {
    await world?.stop();
    world = undefined;
  });

  it('holds what the hub tells', async () => {
    const one = await given();
    one.mirror();
    await complete(one);
    // A small hub may be complete before its first list that counts, and before its clusters.
    await until(async () => (await one.store.hubs.get('main'))?.version);
    await until(async () => (await one.store.clusters.list()).length === 3);
    const { items } = await one.ask('/api/v1/applications');
    const records = await one.applications();
    expect(records.map(({ name }) => name)).toEqual(
      items.map((item: any) => item.metadata.name).sort(),
    );
    for (const item of items) {
      const record = records.find(({ name }) => name === item.metadata.name)!;
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

  it('spells the names of entities anew that were stored otherwise', async () => {
    const one = await given();
    one.mirror();
    await complete(one);
    await one.stopMirrors();
    const before = await one.applications();
    const lease = (await one.store.leases.acquire('main'))!;
    await one.store.applications.apply({
      lease,
      hub: 'main',
      upserts: before.map(({ cluster, ...record }) => ({
        ...record,
        annotations: { 'backstage.io/entity-ref': 'Component:Agent' },
      })),
      removals: [],
    });
    await one.store.leases.release(lease);

    // No stream tells of them again, and no list tells annotations.
    one.proxy.answer(/stream/, 503, {});
    one.mirror();

    const refs = async () => [
      ...new Set(
        (await one.applications()).map(
          ({ annotations }) => annotations['backstage.io/entity-ref'],
        ),
      ),
    ];
    await until(async () => !(await refs()).includes('Component:Agent'));
    expect(await refs()).toEqual(['component:default/agent']);
    expect(
      await one.store.applications.select({
        match: {
          kind: 'key',
          key: 'backstage.io/entity-ref',
          value: 'component:default/agent',
        },
      }),
    ).toEqual(
      before.map(record => ({
        ...record,
        annotations: { 'backstage.io/entity-ref': 'component:default/agent' },
      })),
    );
  });

  it('follows a release until it is healthy everywhere', async () => {
    const one = await given();
    one.mirror();
    await complete(one);
    const commit = await one.control('/repo/commit', { tag: '2.0.0' });
    await until(async () => {
      const records = await one.applications();
      return records.every(
        ({ sync, health, images, sources }) =>
          sync === 'Synced' &&
          health === 'Healthy' &&
          sources[0].revision === commit.revision &&
          images.some(image => image.endsWith(':2.0.0')),
      );
    }, 60_000);
    expect(await agreeing(one)).toBe(true);
    const [record] = await one.applications();
    const key = {
      repoUrl: record.sources[0].repoUrl,
      revision: commit.revision,
    };
    const commits = await until(async () => {
      const found = await one.store.commits.get([key]);
      return found.size ? found : undefined;
    });
    expect([...commits.values()][0]).toMatchObject({
      message: 'Release 2.0.0',
    });
    expect(one.changes.flatMap(change => change.applications)).toContainEqual({
      hub: 'main',
      namespace: record.namespace,
      name: record.name,
    });
  });

  it('shows the last known state after a restart while the hub is away', async () => {
    const one = await given();
    one.mirror();
    await complete(one);
    const before = await stored(one);
    await one.control('/hub/break');
    await one.stopMirrors();
    one.mirror();
    const down = await until(
      async () => (await one.store.hubs.get('main'))?.facts.downSince,
      40_000,
    );
    expect(Date.now() - down).toBeGreaterThan(14_000);
    expect(await stored(one)).toEqual(before);
    expect(await one.store.hubs.get('main')).toMatchObject({
      complete: true,
      lastError: { class: 'other' },
    });
    expect(await one.verdictOf('prod')).not.toBe('unreachable');
    await one.stopMirrors();
    one.mirror();
    // Longer than the status is kept unwritten, shorter than a breaker needs.
    await delay(6_000);
    expect((await one.store.hubs.get('main'))?.facts.downSince).toBe(down);
    await one.control('/hub/heal');
    await until(async () => {
      const hub = await one.store.hubs.get('main');
      return (
        hub &&
        !hub.facts.downSince &&
        (hub.facts.lastListAt ?? 0) > hub.facts.startedAt
      );
    }, 30_000);
    expect(await agreeing(one)).toBe(true);
  });

  it('writes nothing while nothing changes', async () => {
    const one = await given({ relistMs: 1_000 });
    one.mirror();
    await complete(one);
    expect(await agreeing(one)).toBe(true);
    const writes: string[] = [];
    const watch = ({ sql }: { sql: string }) => {
      if (/^\s*(insert|update|delete)/i.test(sql)) {
        writes.push(sql);
      }
    };
    one.knex.on('query', watch);
    const listed = () =>
      one.proxy.requests.filter(path => path === 'GET /api/v1/applications')
        .length;
    const from = listed();
    await until(() => listed() >= from + 4, 60_000);
    one.proxy.cut();
    await until(() => listed() >= from + 8, 60_000);
    expect(writes.filter(sql => sql.includes('applications'))).toEqual([]);
  });

  it('keeps no secret that an application carries', async () => {
    const canary = CANARIES.word;
    const one = await given({ relistMs: 1_000 });
    const poison = (application: any) => {
      const { spec, metadata } = application;
      Object.assign(spec.source, {
        repoURL: `https://user:${canary}@github.com/example/agent`,
        helm: {
          values: `password: ${canary}`,
          valuesObject: { password: canary },
          parameters: [{ name: 'password', value: canary }],
        },
        plugin: { env: [{ name: 'TOKEN', value: canary }] },
        kustomize: { patches: [{ patch: canary }] },
      });
      metadata.annotations = {
        ...metadata.annotations,
        'kubectl.kubernetes.io/last-applied-configuration': canary,
      };
      application.status.history?.forEach((entry: any) => {
        entry.source = spec.source;
      });
    };
    one.proxy.rewrite(/stream\/applications$/, body =>
      poison(body.result.application),
    );
    one.proxy.rewrite(/applications\/agent-[a-z]+$/, poison);
    one.proxy.rewrite(/v1\/clusters$/, body => {
      for (const item of body.items) {
        item.config = { bearerToken: canary, proxyUrl: `http://u:${canary}@p` };
        item.annotations = { note: canary };
      }
    });
    one.mirror();
    await complete(one);
    await one.control('/applications/agent-prod/health', {
      status: 'Degraded',
    });
    await until(
      async () => (await stored(one))['agent-prod'].health === 'Degraded',
    );
    const tables = await tablesOf(one.knex);
    expect(tables).toEqual(
      expect.arrayContaining(['applications', 'changes', 'entity_claims']),
    );
    for (const table of tables) {
      const rows = JSON.stringify(await one.knex(table).select());
      expect(rows).not.toContain(canary);
      expect(rows).not.toContain(one.simulator.hub.token);
    }
    expect((await one.applications())[0].sources[0].repoUrl).toBe(
      'https://github.com/example/agent',
    );
  });
});
