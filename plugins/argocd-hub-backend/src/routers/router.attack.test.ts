import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationSetRecord } from '../testing/records';
import { PARTS, QUERIES } from './__testUtils__/attacks/addresses';
import { BODIES } from './__testUtils__/attacks/bodies';
import { pathOf, ROUTES } from './__testUtils__/attacks/rows';
import { rawRequest, type RawAnswer } from './__testUtils__/rawRequest';
import { routesOf } from './__testUtils__/routesOf';
import { agentOn, as, startRouter } from './__testUtils__/startRouter';

jest.setTimeout(300_000);

const BASE = '/api/argocd-hub';
const AT_ONCE = 20;
const HARMLESS = [200, 202, 400, 403, 404, 409, 413];
const REFUSED = [400, 403, 404, 413];
/** What would tell how it is made inside. */
const INSIDE = /select |insert |sqlite|syntax error|invalid byte|\bat .*\.ts:/i;

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('on %p', id => {
  let started: Awaited<ReturnType<typeof startRouter>>;
  let untouched: string;
  const refreshApplication = jest.fn(async () => {});

  beforeAll(async () => {
    started = await startRouter({
      databases: { knex: await databases.init(id) },
      hubClient: { refreshApplication },
    });
    await started.fill.hub();
    await started.fill.clusters('prod');
    await started.fill.applications(agentOn('prod'));
    await started.store.applicationSets.replace({
      lease: (await started.store.leases.acquire('main'))!,
      hub: 'main',
      sets: [applicationSetRecord('agent-multi-cluster')],
    });
    await started.mapping.sync();
    untouched = await stored();
  });

  afterAll(() => started.stop());

  /** What no attack may change. */
  async function stored(): Promise<string> {
    const tables = ['applications', 'clusters', 'entity_claims', 'hubs'];
    const rows = await Promise.all(
      tables.map(table => started.knex(table).select()),
    );
    return JSON.stringify(rows);
  }

  async function send(
    route: string,
    path: string,
    attack: { body?: string | Buffer; headers?: Record<string, string> } = {},
  ): Promise<RawAnswer> {
    const { body } = ROUTES[route];
    return rawRequest(started.server, {
      method: route.split(' ')[0],
      path: `${BASE}${path}`,
      body: attack.body ?? (body && JSON.stringify(body)),
      headers: {
        ...as.service,
        ...(body && { 'content-type': 'application/json' }),
        ...attack.headers,
      },
    });
  }

  /** What is wrong with an answer, if anything. */
  function harm(
    what: string,
    { status, headers, text }: RawAnswer,
    allowed = HARMLESS,
  ): string[] {
    const message = status < 400 ? '' : JSON.parse(text).error.message;
    const faults = [
      !allowed.includes(status) && `is answered with ${status} ${message}`,
      headers['set-cookie'] && 'sets a cookie',
      status >= 400 && JSON.parse(text).error.stack && 'shows a stack',
      message.length > 1_000 && 'is repeated',
      INSIDE.test(message) && `is told ${message}`,
      'polluted' in {} && 'pollutes',
    ].filter(Boolean);
    return faults.map(fault => `${what} ${fault}`);
  }

  it('attacks every route', () => {
    expect(Object.keys(ROUTES).sort()).toEqual(routesOf(started.router).sort());
  });

  describe.each(Object.keys(ROUTES))('%s', route => {
    const names = [...route.matchAll(/:(\w+)/g)].map(([, name]) => name);

    it('answers an ordinary request', async () => {
      const { status } = await send(route, pathOf(route));
      expect(status).toBe(ROUTES[route].status ?? 200);
    });

    it('lets no part of its path lead elsewhere', async () => {
      refreshApplication.mockClear();
      const found: string[] = [];
      for (const name of names) {
        for (const [what, part] of Object.entries(PARTS)) {
          const path = pathOf(route, { [name]: part });
          const answer = await send(route, path);
          found.push(...harm(`${what} as ${name}`, answer, REFUSED));
        }
        const tooLong = pathOf(route, { [name]: 'a'.repeat(200_000) });
        const status = await send(route, tooLong).then(
          answer => answer.status,
          error => error.code,
        );
        // Node refuses it before any of us sees it.
        expect([431, 'ECONNRESET']).toContain(status);
      }
      expect(found).toEqual([]);
      expect(refreshApplication).not.toHaveBeenCalled();
    });

    it('takes nothing from parameters that it cannot use', async () => {
      const found: string[] = [];
      for (let from = 0; from < QUERIES.length; from += AT_ONCE) {
        const some = QUERIES.slice(from, from + AT_ONCE);
        const attacks = some.map(async ([what, query]) => {
          const answer = await send(route, `${pathOf(route)}?${query}`);
          found.push(...harm(what, answer));
        });
        await Promise.all(attacks);
      }
      expect(found).toEqual([]);
      expect(await stored()).toBe(untouched);
    });

    it('bears any body', async () => {
      const found: string[] = [];
      for (const [what, attack] of Object.entries(BODIES)) {
        const answer = await send(route, pathOf(route), attack);
        const allowed = ROUTES[route].body ? REFUSED : HARMLESS;
        found.push(...harm(what, answer, allowed));
      }
      expect(found).toEqual([]);
      expect(await stored()).toBe(untouched);
    });
  });

  it.each([
    ...['q', 'environment', 'project', 'cluster', 'hub'].map(name => [
      'deployments',
      name,
    ]),
    ...['q', 'environment', 'label', 'hub'].map(name => ['clusters', name]),
  ])('finds no %s by a wildcard as %s', async (list, name) => {
    const route = `GET /${list}`;
    const all = JSON.parse((await send(route, `/${list}`)).text).items;
    expect(all).toHaveLength(1);
    for (const value of [
      '%25',
      '_',
      '*',
      '.*',
      '%5C',
      "'",
      "x'%20or%20'1'='1",
    ]) {
      const { status, text } = await send(route, `/${list}?${name}=${value}`);
      expect(status === 400 ? [] : JSON.parse(text).items).toEqual([]);
    }
  });
});
