import { TestDatabases } from '@backstage/backend-test-utils';
import type { StoredApplication } from '../store/ApplicationStore';
import { LITTLE_PATIENCE } from './__testUtils__/littlePatience';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(180_000);

const LIST = /v1\/applications$/;
const STREAM = /stream\/applications$/;
const FLEET = { applications: 60, clusters: 3, idleNoise: false };
/** A second list comes as late as for a real hub. */
const PATIENCE = { ...LITTLE_PATIENCE, secondListMs: 5_000 };
/** Bytes of protobuf that a hub needs for one of JSON. */
const PROTOBUF = 0.78;

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** How many bytes of JSON fit into a list, by the sizes of projects. */
const LIMITS = {
  everything: ([one]: number[]) => 1_000 * one,
  // Something is made beside what is there, and changes make it larger.
  everyProject: ([one]: number[]) => 1.5 * one,
  allButTheLargest: ([one, two]: number[]) => (one + two) / 2,
};

const asked = (url: string) =>
  new URL(url, 'http://hub').searchParams.getAll('projects');

describe.each(databases.eachSupportedId())('listing in parts on %p', id => {
  let world: MirrorWorld;
  /** Bytes of a list that the hub sends. */
  let limit: number;
  /** The project whose list is the largest. */
  let largest: string;

  /** Bytes of JSON, the largest project first. */
  const projectSizes = async (): Promise<[string, number][]> => {
    const { items } = await world.ask('/api/v1/applications');
    const sizes = new Map<string, number>();
    for (const item of items) {
      const { project } = item.spec;
      const size = JSON.stringify(item).length + (sizes.get(project) ?? 0);
      sizes.set(project, size);
    }
    return [...sizes].sort(([, a], [, b]) => b - a);
  };

  const setLimit = (grpcMaxBytes: number) =>
    world.control('/hub/limits', { grpcMaxBytes });

  const given = async (what: keyof typeof LIMITS, fleet = FLEET) => {
    const knex = await databases.init(id);
    const hub = { relistMs: 1_000 };
    world = await MirrorWorld.start({
      knex,
      hub,
      simulator: fleet,
      timing: PATIENCE,
    });
    const sizes = await projectSizes();
    [[largest]] = sizes;
    limit = Math.ceil(PROTOBUF * LIMITS[what](sizes.map(([, size]) => size)));
    await setLimit(limit);
  };

  const hub = async () => (await world.store.hubs.get('main'))!;
  const complete = () => until(async () => (await hub())?.complete, 60_000);
  const lists = (from = 0) =>
    world.proxy.urls.slice(from).filter(url => /v1\/applications\?/.test(url));
  /** A round is over, and its success known. */
  const roundAfter = async (now = Date.now()) => {
    await until(
      async () => ((await hub()).facts.lastListAt ?? 0) > now,
      60_000,
    );
  };

  const seen = (one: any) => ({
    project: one.spec.project,
    labels: Object.entries(one.metadata.labels ?? {}).sort(),
    sync: one.status.sync.status,
    health: one.status.health.status,
    revision: one.status.sync.revision ?? one.status.sync.revisions?.[0],
  });
  const kept = (one: StoredApplication) => ({
    project: one.project,
    labels: Object.entries(one.labels).sort(),
    sync: one.sync,
    health: one.health,
    revision: one.sources[0]?.revision,
  });

  /** Whether the store holds what the hub does, application by application. */
  const agree = async () => {
    await setLimit(1e12);
    const { items } = await world.ask('/api/v1/applications');
    await setLimit(limit);
    const there = items.map((one: any) => [one.metadata.name, seen(one)]);
    const here = (await world.applications()).map(one => [one.name, kept(one)]);
    return JSON.stringify(there) === JSON.stringify(here);
  };

  const admin = async (method: string, path: string, body?: object) => {
    const { token } = await (
      await fetch(`${world.simulator.control.url}/hub/admin`)
    ).json();
    const answer = await fetch(`${world.simulator.hub.url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
  };

  /** From now on only lists tell what happens. */
  const withoutStream = () => {
    world.proxy.answer(STREAM, 503, { error: 'gone', code: 14 });
    world.proxy.cut();
  };

  const change = async (name: string, part: { label: string }) => {
    const one = await admin('GET', `/applications/${name}`);
    one.metadata.labels = { ...one.metadata.labels, changed: part.label };
    await admin('PUT', `/applications/${name}?validate=false`, one);
  };

  const moveTo = async (name: string, project: string) => {
    const { spec } = await admin('GET', `/applications/${name}`);
    const path = `/applications/${name}/spec?validate=false`;
    await admin('PUT', path, { ...spec, project });
  };

  /** One of no ApplicationSet, so that nobody else changes it. */
  const create = async (name: string, project: string) => {
    const like = (await world.applications()).pop()!;
    const { spec } = await admin('GET', `/applications/${like.name}`);
    await admin('POST', '/applications?validate=false', {
      metadata: { name, namespace: like.namespace },
      spec: { ...spec, project },
    });
  };

  const createProject = (name: string) =>
    world.control('/hub/objects', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name, namespace: 'argocd' },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ server: '*', namespace: '*' }],
      },
    });

  const stored = async (name: string) =>
    (await world.applications()).filter(one => one.name === name);

  afterEach(async () => {
    await world?.stop();
  });

  it('holds a fleet that no list can hold as a whole', async () => {
    const fleet = { applications: 1_000, clusters: 20, idleNoise: false };
    await given('everyProject', fleet);
    world.mirror();
    await complete();
    expect(await agree()).toBe(true);
    expect(await hub()).toMatchObject({ applications: 1_000, skipped: [] });
    expect((await hub()).lastError).toBeUndefined();
    expect(lists().filter(url => asked(url).length).length).toBeGreaterThan(8);
  });

  it('finds by lists of projects what nobody told of', async () => {
    await given('everyProject');
    world.mirror();
    await complete();
    await create('changed', largest);
    await create('moved', largest);
    await until(agree, 30_000);

    withoutStream();
    const [deleted] = await world.applications();
    await change('changed', { label: 'while-deaf' });
    await admin('DELETE', `/applications/${deleted.name}?cascade=false`);
    await createProject('fresh');
    await moveTo('moved', 'fresh');
    await create('newcomer', 'fresh');
    await until(agree, 30_000);
    expect(await stored('newcomer')).toMatchObject([{ project: 'fresh' }]);
    expect(await stored('moved')).toMatchObject([{ project: 'fresh' }]);
    const [{ labels }] = await stored('changed');
    expect(labels.changed).toBe('while-deaf');
    // What the hub refused once is not asked for again and again.
    const from = world.proxy.urls.length;
    await roundAfter();
    await roundAfter();
    expect(lists(from).length).toBeGreaterThan(0);
    lists(from).forEach(url => expect(asked(url)).not.toEqual([]));
    expect((await hub()).facts.repairs).toBeGreaterThan(2);
  });

  it('asks twice, all parts of it, before it believes that many are gone', async () => {
    await given('everyProject');
    world.mirror();
    await complete();
    let rounds = 0;
    const end = world.proxy.rewrite(LIST, (body, url) => {
      rounds += asked(url.href).includes(largest) ? 1 : 0;
      return {
        ...body,
        items: (body.items ?? []).filter((_: unknown, at: number) => at % 4),
      };
    });
    await until(() => rounds >= 1, 30_000);
    end();
    const from = Date.now();
    await roundAfter(from);
    expect(await world.applications()).toHaveLength(FLEET.applications);

    world.proxy.rewrite(LIST, body => ({ ...body, items: null }));
    await until(async () => !(await world.applications()).length, 60_000);
    expect(Date.now() - from).toBeGreaterThan(5_000);
  });

  if (id !== 'SQLITE_3') {
    // What follows is no matter of the database.
    return;
  }

  it('lists a small hub in one call', async () => {
    await given('everything');
    world.mirror();
    await complete();
    await roundAfter();
    expect(lists().flatMap(asked)).toEqual([]);
    expect(await agree()).toBe(true);
    expect((await hub()).applications).toBe(FLEET.applications);
  });

  it('keeps a project true that no list can hold, and says so', async () => {
    await given('allButTheLargest');
    world.mirror();
    await complete();
    expect(await agree()).toBe(true);
    const { lastError } = await until(async () => {
      const found = await hub();
      return found.lastError ? found : undefined;
    });
    expect(lastError).toMatchObject({
      class: 'http',
      message: expect.stringContaining(`Project ${largest} is too large`),
    });
    const roll = world.proxy.urls.filter(
      url => url.includes('/stream/') && asked(url).length,
    );
    expect(asked(roll[0])).toEqual([largest]);

    await create('changed', largest);
    await create('deleted', largest);
    await until(agree, 30_000);
    // The stream proper says nothing of that project any more.
    world.proxy.rewrite(STREAM, (body, url) =>
      !url.searchParams.has('projects') &&
      body.result?.application?.spec?.project === largest
        ? {}
        : undefined,
    );
    await change('changed', { label: 'untold' });
    await admin('DELETE', `/applications/deleted?cascade=false`);
    await until(agree, 60_000);
    const [{ labels }] = await stored('changed');
    expect(labels.changed).toBe('untold');
    expect(await stored('deleted')).toEqual([]);
  });

  it('neither loses nor doubles what moves between two parts', async () => {
    await given('everyProject');
    world.mirror();
    await complete();
    await create('out', largest);
    await create('into', largest);
    await until(agree, 30_000);
    // What the stream would tell must not help.
    world.proxy.rewrite(STREAM, () => ({}));
    const others = (await world.applications())
      .map(({ project }) => project)
      .filter(project => project !== largest);
    const last = others[others.length - 1];
    await moveTo('into', last);
    await until(agree, 30_000);

    const moved = new Promise<void>(resolve => {
      const end = world.proxy.rewrite(LIST, async (_body, url) => {
        if (asked(url.href).includes(largest)) {
          // This part is on its way: one goes out of it, one comes into it.
          end();
          await moveTo('out', last);
          await moveTo('into', largest);
          resolve();
        }
      });
    });
    await moved;
    await until(async () => {
      const [out, into] = [await stored('out'), await stored('into')];
      expect([out.length, into.length]).toEqual([1, 1]);
      return out[0].project === last && into[0].project === largest;
    }, 30_000);
    expect(await agree()).toBe(true);
  });

  it('neither believes nor forgets anything of a part that fails', async () => {
    await given('everyProject');
    world.mirror();
    await complete();
    await create('changed', largest);
    await until(agree, 30_000);
    const all = await world.applications();
    const failing = all.find(({ project }) => project !== largest)!.project;
    const back = world.proxy.answer(
      LIST,
      500,
      { error: 'broken', message: 'broken', code: 2 },
      url =>
        asked(url.href).includes(failing) && !asked(url.href).includes(largest),
    );
    withoutStream();
    await until(async () => (await hub()).lastError, 30_000);
    const { lastListAt } = (await hub()).facts;
    await change('changed', { label: 'beside-a-failure' });
    await until(
      async () => (await stored('changed'))[0].labels.changed,
      30_000,
    );
    expect(await world.applications()).toHaveLength(all.length);
    expect((await hub()).facts.lastListAt).toBe(lastListAt);
    // The stream fails too, and says so.
    await until(async () => (await hub()).lastError?.message === 'broken');
    back();
    await roundAfter();
    expect(await agree()).toBe(true);
  });

  it('says so when the hub does not tell its projects', async () => {
    await given('everyProject');
    world.proxy.rewrite(/v1\/projects$/, () => ({ metadata: {}, items: null }));
    world.mirror();
    await complete();
    expect(await agree()).toBe(true);
    expect((await hub()).lastError).toMatchObject({
      class: 'http',
      message: expect.stringContaining("'projects, get, *'"),
    });
  });
});
