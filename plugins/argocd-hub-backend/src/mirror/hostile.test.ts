import { TestDatabases } from '@backstage/backend-test-utils';
import { complete, stored } from './__testUtils__/demoHub';
import { LITTLE_PATIENCE } from './__testUtils__/littlePatience';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';
import { refuseRows } from './__testUtils__/refuseRows';

jest.setTimeout(120_000);

const LIST = /v1\/applications$/;
const SINGLE = /applications\/agent-prod$/;
const STREAM = /stream\/applications$/;

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** What makes an application unreadable, and how it is named then. */
const UNREADABLE: [string, (application: any) => void, string][] = [
  ['a namespace that is none', one => (one.metadata.namespace = 7), '/agent'],
  ['no namespace', one => delete one.metadata.namespace, '/agent'],
  ['a name of 10 kB', one => (one.metadata.name = 'a'.repeat(10_000)), 'aaa'],
  ['a name with a path', one => (one.metadata.name = '../../x'), '..?..?x'],
  ['a name with NUL', one => (one.metadata.name = 'a\0b'), 'a?b'],
  ['half a character', one => (one.metadata.name = 'a\ud800b'), 'a\ufffdb'],
];

/** Odd, yet the rest of it can be read. */
const ODD: [string, (application: any) => void][] = [
  ['a spec that is text', one => (one.spec = 'broken')],
  ['no status', one => (one.status = null)],
  [
    'a history of 10,000 entries',
    one => {
      one.status.history = Array.from({ length: 10_000 }, (_, id) => ({
        id,
        revision: 'r'.repeat(40),
        deployedAt: '2026-01-01T00:00:00Z',
      }));
    },
  ],
  [
    'messages of 1 MB',
    one => {
      const message = 'm'.repeat(1024 * 1024);
      one.status.conditions = [{ type: 'SyncError', message }];
      one.status.operationState = {
        phase: 'Failed',
        startedAt: '2026-01-01T00:00:00Z',
        message,
      };
    },
  ],
  [
    'conditions with NUL and halves of characters',
    one => {
      one.status.conditions = [
        { type: 'A\0B\ud800', message: '\udc00 and \0', lastTransitionTime: 7 },
      ];
    },
  ],
  [
    'numbers and objects where texts should be',
    one => {
      one.metadata.uid = 7;
      one.metadata.labels = { number: 7, nested: { a: 1 }, list: ['x'] };
      one.spec.project = 7;
      one.spec.destination = { server: 7, name: {}, namespace: [] };
      one.status.sync = { status: 7, revision: { a: 1 } };
      one.status.health = 'Healthy';
      one.status.summary = { images: [7, null, { a: 1 }], externalURLs: 'x' };
      one.status.operationState = [1];
    },
  ],
  [
    'keys that are those of JavaScript',
    one => {
      const evil = JSON.parse(
        '{"__proto__":{"polluted":"yes"},"constructor":"x","prototype":"y"}',
      );
      one.metadata.labels = evil;
      one.metadata.annotations = evil;
      one.status.summary = evil;
    },
  ],
  [
    'labels that no index could hold',
    one => {
      const noise = Array.from({ length: 1_000 }, (_, at) =>
        String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000)),
      ).join('');
      one.metadata.labels = { noise, ['k'.repeat(10_000)]: 'x', 'a\0b': 'c' };
      one.metadata.annotations = { 'backstage.io/entity-ref': noise };
      one.metadata.ownerReferences = [{ kind: 'ApplicationSet', name: noise }];
    },
  ],
  [
    'thousands of labels, images, sources and conditions',
    one => {
      const many = Array.from({ length: 20_000 }, (_, at) => `x${at}`);
      one.metadata.labels = Object.fromEntries(many.map(key => [key, key]));
      one.spec.sources = many.map(repoURL => ({ repoURL }));
      one.status.summary = { images: many, externalURLs: many };
      one.status.conditions = many.map(type => ({ type, message: type }));
    },
  ],
];

describe.each(databases.eachSupportedId())('hostile applications on %p', id => {
  let world: MirrorWorld;

  const given = async () => {
    const knex = await databases.init(id);
    world = await MirrorWorld.start({
      knex,
      hub: { relistMs: 1_000 },
      timing: LITTLE_PATIENCE,
    });
  };

  /** Wherever the hub tells of one application, it tells this. */
  const make = (spoil: (application: any) => void) => {
    const isIt = (one: any) => one?.metadata?.name === 'agent-prod';
    world.proxy.rewrite(STREAM, body => {
      if (isIt(body.result.application)) {
        spoil(body.result.application);
      }
    });
    world.proxy.rewrite(LIST, body =>
      (body.items ?? []).filter(isIt).forEach(spoil),
    );
    world.proxy.rewrite(SINGLE, body => isIt(body) && spoil(body) && undefined);
  };

  const hub = async () => (await world.store.hubs.get('main'))!;

  /** The others are followed all the same. */
  const goesOn = async () => {
    await world.control('/applications/agent-dr/health', {
      status: 'Degraded',
    });
    await until(
      async () => (await stored(world))['agent-dr'].health === 'Degraded',
    );
    expect(Object.keys(await stored(world))).toEqual(
      expect.arrayContaining(['agent-dr', 'agent-staging']),
    );
  };

  afterEach(async () => {
    await world?.stop();
  });

  it.each(UNREADABLE)(
    'skips and names one with %s, and goes on',
    async (_what, spoil, name) => {
      await given();
      make(spoil);
      world.mirror();
      await complete(world);
      await goesOn();
      const { skipped, applications } = await until(async () => {
        const found = await hub();
        return found.skipped.length ? found : undefined;
      });
      expect(skipped).toHaveLength(1);
      const [one] = skipped;
      expect(`${one.namespace}/${one.name}`).toContain(name);
      expect(one.name.length).toBeLessThan(100);
      expect(one.reason).toMatch(/no name and namespace/);
      expect(applications).toBe(2);
      // Lists would hide a stream that breaks at it again and again.
      const streams = world.proxy.requests.filter(path => STREAM.test(path));
      expect(streams).toHaveLength(1);
    },
  );

  it.each(ODD)('reads the rest of one with %s', async (_what, spoil) => {
    await given();
    make(spoil);
    world.mirror();
    await complete(world);
    await goesOn();
    expect((await hub()).skipped).toEqual([]);
    const [record] = (await world.applications()).filter(
      ({ name }) => name === 'agent-prod',
    );
    expect(record).toMatchObject({ hub: 'main', namespace: 'argocd' });
    expect(JSON.stringify(record).length).toBeLessThan(60_000);
    expect(({} as any).polluted).toBeUndefined();
    expect(JSON.stringify(record)).not.toMatch(/polluted|\\ud800|\\u0000/);
  });

  it('drops what is stored of one that cannot be read any more', async () => {
    await given();
    world.mirror();
    await complete(world);
    expect(Object.keys(await stored(world))).toContain('agent-prod');
    make(one => (one.metadata.namespace = 'Not A Name'));
    await until(async () => !(await stored(world))['agent-prod'], 20_000);
    await goesOn();
    expect((await hub()).skipped).toMatchObject([{ name: 'agent-prod' }]);
  });

  it('drops what is stored of one that cannot be stored any more', async () => {
    await given();
    world.mirror();
    await complete(world);
    const accept = await refuseRows(world.knex, 'agent-prod');
    await world.control('/applications/agent-prod/health', {
      status: 'Degraded',
    });
    await until(async () => !(await stored(world))['agent-prod'], 20_000);
    await goesOn();
    expect(await until(async () => (await hub()).skipped[0])).toMatchObject({
      name: 'agent-prod',
      reason: 'It cannot be stored',
    });
    await accept();
    await until(
      async () => (await stored(world))['agent-prod']?.health === 'Degraded',
      20_000,
    );
    await until(async () => !(await hub()).skipped.length, 20_000);
  });

  it('names it no longer when it is gone', async () => {
    await given();
    world.proxy.rewrite(STREAM, body => {
      if (body.result.application.metadata.name === 'agent-prod') {
        body.result.application.metadata.name = 'AGENT';
      }
    });
    world.proxy.rewrite(LIST, body => ({
      items: body.items.filter(
        (one: any) => one.metadata.name !== 'agent-prod',
      ),
    }));
    world.mirror();
    await complete(world);
    await goesOn();
    // A list was read that names it neither.
    await until(async () => (await hub()).facts.lastListAt, 20_000);
    await until(async () => !(await hub()).skipped.length, 20_000);
    expect(Object.keys(await stored(world))).not.toContain('agent-prod');
  });

  it('survives applications that are none at all', async () => {
    await given();
    const none = [{}, { metadata: null }, { metadata: [] }, { spec: 7 }];
    world.proxy.rewrite(LIST, body => ({
      ...body,
      items: [...body.items, ...none],
    }));
    let at = 0;
    world.proxy.rewrite(STREAM, body => {
      if (body.result.application.metadata.name === 'agent-prod') {
        at += 1;
        return { result: { type: 'MODIFIED', application: none[at % 4] } };
      }
      return undefined;
    });
    world.mirror();
    await complete(world);
    await goesOn();
    expect((await hub()).skipped).toMatchObject([{ name: '', namespace: '' }]);
    expect(Object.keys(await stored(world))).toContain('agent-prod');
  });
});
