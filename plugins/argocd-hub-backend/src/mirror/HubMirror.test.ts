import { setTimeout as delay } from 'node:timers/promises';
import {
  type TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { HubConfig } from '../config';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const sorted = (states: object) =>
  JSON.stringify(Object.entries(states).sort());

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

  const truth = async (one: MirrorWorld) => {
    const { items } = await one.ask('/api/v1/applications');
    return Object.fromEntries(
      items.map((item: any) => [
        item.metadata.name,
        {
          sync: item.status.sync.status,
          health: item.status.health.status,
          revision: item.status.sync.revision,
          phase: item.status.operationState?.phase,
          images: item.status.summary.images,
        },
      ]),
    );
  };

  const stored = async (one: MirrorWorld) =>
    Object.fromEntries(
      (await one.applications()).map(record => [
        record.name,
        {
          sync: record.sync,
          health: record.health,
          revision: record.sources[0]?.revision,
          phase: record.operation?.phase,
          images: record.images,
        },
      ]),
    );

  /** Whether the store holds the hub's truth within the time. */
  const agreeing = (one: MirrorWorld, withinMs = 20_000) =>
    until(async () => {
      const [here, there] = await Promise.all([stored(one), truth(one)]);
      return sorted(here) === sorted(there);
    }, withinMs);

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

  it('catches up by lists while there is no stream', async () => {
    const one = await given({ relistMs: 2_000 });
    one.mirror();
    await complete(one);
    one.proxy.answer(/stream/, 503, { error: 'gone', code: 14 });
    one.proxy.cut();
    await one.control('/applications/agent-prod/health', {
      status: 'Degraded',
    });
    await until(
      async () => (await truth(one))['agent-prod'].health === 'Degraded',
    );
    await until(
      async () => (await stored(one))['agent-prod'].health === 'Degraded',
    );
    expect(await agreeing(one)).toBe(true);
  });

  it('catches up at once when the stream is back', async () => {
    const one = await given();
    one.mirror();
    await complete(one);
    const back = one.proxy.answer(/stream/, 503, { error: 'gone', code: 14 });
    one.proxy.cut();
    await one.control('/applications/agent-prod/health', {
      status: 'Degraded',
    });
    await until(
      async () => (await truth(one))['agent-prod'].health === 'Degraded',
    );
    back();
    expect(await agreeing(one, 15_000)).toBe(true);
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
    await until(() => listed() >= from + 4, 15_000);
    one.proxy.cut();
    await until(() => listed() >= from + 8, 15_000);
    expect(writes.filter(sql => sql.includes('applications'))).toEqual([]);
  });

  it('asks twice before it believes that everything is gone', async () => {
    const one = await given({ relistMs: 1_000 });
    one.mirror();
    await complete(one);
    const empty = one.proxy.rewrite(/v1\/applications$/, () => ({
      metadata: {},
      items: null,
    }));
    const from = one.proxy.requests.length;
    await until(() =>
      one.proxy.requests.slice(from).includes('GET /api/v1/applications'),
    );
    empty();
    await new Promise(resolve => setTimeout(resolve, 7_000));
    expect((await one.applications()).length).toBe(3);
  });

  it('believes it when the second list says so too', async () => {
    const one = await given({ relistMs: 1_000 });
    one.mirror();
    await complete(one);
    one.proxy.rewrite(/v1\/applications$/, () => ({ items: null }));
    const startedAt = performance.now();
    await until(async () => !(await one.applications()).length, 20_000);
    expect(performance.now() - startedAt).toBeGreaterThan(5_000);
    expect((await one.store.hubs.get('main'))?.applications).toBe(0);
  });

  it('never removes one application because a list lacks it', async () => {
    const one = await given({ relistMs: 1_000 });
    one.mirror();
    await complete(one);
    one.proxy.rewrite(/v1\/applications$/, body => ({
      items: body.items.filter(
        (item: any) => item.metadata.name !== 'agent-prod',
      ),
    }));
    await until(() =>
      one.proxy.requests.includes('GET /api/v1/applications/agent-prod'),
    );
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect((await one.applications()).map(({ name }) => name)).toContain(
      'agent-prod',
    );
  });

  it('takes the word of a single read against a list that lags', async () => {
    const one = await given({ relistMs: 1_000 });
    one.mirror();
    await complete(one);
    one.proxy.rewrite(/v1\/applications$/, body => {
      for (const item of body.items) {
        item.status.health.status = 'Missing';
      }
    });
    await until(() =>
      one.proxy.requests.includes('GET /api/v1/applications/agent-dr'),
    );
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect((await stored(one))['agent-dr'].health).toBe('Healthy');
    // The same list does not make it ask again and again.
    const asked = one.proxy.requests.filter(path =>
      path.endsWith('/applications/agent-dr'),
    );
    expect(asked).toHaveLength(1);
  });

  it('skips and names an application that it cannot read, and goes on', async () => {
    const one = await given({ relistMs: 1_000 });
    one.proxy.rewrite(/stream\/applications$/, body => {
      if (body.result.application.metadata.name === 'agent-prod') {
        body.result.application.spec = 'broken';
        body.result.application.metadata.namespace = 7;
      }
    });
    one.proxy.rewrite(/applications\/agent-prod$/, body => {
      body.metadata.labels = 'broken';
      body.status.conditions = { broken: true };
      body.status.history = [null, { id: 'x' }];
    });
    one.mirror();
    await complete(one);
    const names = (await one.applications()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['agent-dr']));
    const hub = await until(async () => {
      const found = await one.store.hubs.get('main');
      return found?.skipped.length ? found : undefined;
    });
    expect(hub.skipped[0]).toMatchObject({ name: 'agent-prod' });
  });

  it('keeps no secret that an application carries', async () => {
    const canary = 'canary-7f3e9c';
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
    const tables = [
      'applications',
      'application_labels',
      'clusters',
      'hubs',
      'commits',
      'settings',
      'leases',
    ];
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
