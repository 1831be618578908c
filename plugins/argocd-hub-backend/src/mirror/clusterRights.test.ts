import { setTimeout as delay } from 'node:timers/promises';
import { TestDatabases } from '@backstage/backend-test-utils';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';
import type { MirrorTiming } from './timing';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const CLUSTERS = /v1\/clusters$/;
const TIMING: Partial<MirrorTiming> = {
  clustersEveryMs: 300,
  secondListMs: 1_000,
};

const reader = (...lines: string[]) => ({
  policy: ['p, role:reader, applications, get, */*, allow', ...lines].join(
    '\n',
  ),
  defaultRole: 'role:reader',
});

describe.each(databases.eachSupportedId())(
  'a hub that lists no cluster, on %p',
  id => {
    let world: MirrorWorld;
    let names: string[];

    /** Where each application goes, once all go somewhere. */
    const places = async () =>
      (await world.applications()).map(({ cluster }) => cluster);
    const stored = async () =>
      (await world.store.clusters.list({ hub: 'main' })).map(
        ({ name }) => name,
      );
    const polls = () =>
      world.proxy.urls.filter(url => CLUSTERS.test(url)).length;
    const pollsGoOn = async (times: number) => {
      const before = polls();
      await until(() => polls() >= before + times, 30_000);
    };
    const lastError = async () =>
      (await world.store.hubs.get('main'))?.lastError?.message ?? '';

    const admin = async (method: string, path: string, body?: object) => {
      const { token } = await (
        await fetch(`${world.simulator.control.url}/hub/admin`)
      ).json();
      const answer = await fetch(`${world.simulator.hub.url}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
        },
        body: body && JSON.stringify(body),
      });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    const pathOf = (server: string) =>
      `/api/v1/clusters/${encodeURIComponent(server)}`;

    const serverOf = async (name: string): Promise<string> => {
      const { items } = await admin('GET', '/api/v1/clusters');
      return items.find((one: any) => one.name === name).server;
    };

    const deregister = async (name: string) =>
      admin('DELETE', pathOf(await serverOf(name)));

    beforeEach(async () => {
      world = await MirrorWorld.start({
        knex: await databases.init(id),
        hub: { relistMs: 1_000 },
        timing: TIMING,
      });
      world.mirror();
      await until(async () => (await world.store.hubs.get('main'))?.complete);
      await until(async () => (await places()).every(place => 'name' in place));
      names = await until(async () => {
        const known = await stored();
        return known.length > 1 ? known : undefined;
      });
    });

    afterEach(() => world.stop());

    it('once, keeps all that are known', async () => {
      const before = await places();
      let told = 0;
      const end = world.proxy.rewrite(CLUSTERS, body => {
        told += 1;
        return { ...body, items: [] };
      });
      await until(() => told);
      end();
      expect(await stored()).toEqual(names);
      await pollsGoOn(3);
      expect(await stored()).toEqual(names);
      expect(await places()).toEqual(before);
    });

    it('again and again, has none', async () => {
      world.proxy.rewrite(CLUSTERS, body => ({ ...body, items: [] }));
      await until(async () => !(await stored()).length);
      expect((await places()).map(place => 'problem' in place)).not.toContain(
        false,
      );
    });

    it('because our account lost its rights, keeps them all and says so', async () => {
      const before = await places();
      await world.control('/hub/policy', reader());
      await until(async () => (await lastError()).includes('clusters, get'));
      await pollsGoOn(4);
      await delay(500);
      expect(await stored()).toEqual(names);
      expect(await places()).toEqual(before);

      const [gone] = names;
      await deregister(gone);
      await world.control(
        '/hub/policy',
        reader('p, role:reader, clusters, get, *, allow'),
      );
      await until(async () => !(await stored()).includes(gone), 20_000);
      expect(await stored()).toEqual(names.slice(1));
    });

    it('to an account with rights to those of a project, has it no more', async () => {
      const [only] = names;
      const server = await serverOf(only);
      await admin('PUT', `${pathOf(server)}?updatedFields=project`, {
        server,
        name: only,
        project: 'team',
      });
      const rights = 'p, role:reader, clusters, get, team/*, allow';
      await world.control('/hub/policy', reader(rights));
      await until(async () => (await stored()).length === 1, 20_000);
      await deregister(only);
      await until(async () => !(await stored()).length, 20_000);
      expect(await stored()).toEqual([]);
    });
  },
);
