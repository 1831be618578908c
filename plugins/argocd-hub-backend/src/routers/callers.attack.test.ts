import { TestDatabases } from '@backstage/backend-test-utils';
import {
  isResourcePermission,
  type Permission,
} from '@backstage/plugin-permission-common';
import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { argocdHubClusterConditions as conditions } from 'backstage-plugin-argocd-hub-node';
import {
  applicationRecord,
  applicationSetRecord,
  clusterRecord,
} from '../testing/records';
import {
  clustersDecide,
  ownerDecides,
  platformDecides,
  TablePolicy,
} from './__testUtils__/permissionFramework';
import { rawRequest } from './__testUtils__/rawRequest';
import {
  as,
  component,
  NOW,
  OWNER,
  PLATFORM,
  PROD_ONLY,
  startRouter,
} from './__testUtils__/startRouter';

jest.setTimeout(120_000);

const BASE = '/api/argocd-hub';
const SET = 'twins';
const ENTITY = '/entities/component/default/mine';
/** Of both clusters the name is the same. */
const TWINS = {
  seen: 'https://seen.example.com',
  hidden: 'https://hidden.example.com',
};
/** What names the cluster that may not be seen, and what runs there. */
const HIDDEN = /hidden|secret/;

const ofProd = clustersDecide(
  conditions.hasLabel({ label: 'env', value: 'prod' }),
);
const POLICY = new TablePolicy({
  [OWNER]: ownerDecides('guests'),
  [PLATFORM]: platformDecides,
  // The clusters with a label, and what its own entities have anywhere.
  [PROD_ONLY]: (permission: Permission) =>
    isResourcePermission(permission, RESOURCE_TYPE_CATALOG_ENTITY)
      ? ownerDecides('guests')(permission)
      : ofProd(permission),
});

const application = (name: string, destination: object, rest: object = {}) =>
  applicationRecord(name, {
    destination: { namespace: 'shop', ...destination },
    applicationSet: SET,
    history: [
      { id: 1, deployedAt: new Date(Date.now() - 60_000).toISOString() },
    ],
    ...rest,
  });

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('on %p', id => {
  let started: Awaited<ReturnType<typeof startRouter>>;
  /** As they are called. */
  let seen: string;
  let hidden: string;

  beforeAll(async () => {
    started = await startRouter({
      databases: { knex: await databases.init(id) },
      entities: [
        component('mine', { 'argocd/app-name': 'on-seen' }),
        {
          ...component('others', { 'argocd/app-name': 'secret-app' }),
          spec: { owner: 'rivals' },
        },
      ],
      policy: POLICY,
    });
    const { store, fill } = started;
    await fill.hub();
    const lease = (await store.leases.acquire('main'))!;
    const { facts } = clusterRecord('any');
    await store.clusters.replace({
      ...{ lease, hub: 'main' },
      clusters: Object.entries(TWINS).map(([which, server]) =>
        clusterRecord('twin', {
          server,
          labels: { env: which === 'seen' ? 'prod' : 'secret-env' },
          facts: {
            ...facts,
            verdict: { reachability: 'reachable', since: NOW - 60_000 },
          },
        }),
      ),
    });
    await fill.applications(
      application('on-seen', { server: TWINS.seen }),
      application('secret-app', { server: TWINS.hidden }),
      application('secret-twin', { name: 'twin' }),
      application('secret-lost', { server: 'https://secret.example.com' }),
    );
    await store.applicationSets.replace({
      ...{ lease, hub: 'main' },
      sets: [
        applicationSetRecord(SET, {
          conditions: [
            {
              ...{ type: 'ErrorOccurred', status: 'True' },
              message: 'secret-app is bad',
            },
          ],
        }),
      ],
    });
    await started.mapping.sync();
    const { body } = await ask('platform', '/clusters');
    [seen, hidden] = [TWINS.seen, TWINS.hidden].map(
      server => body.items.find((one: any) => one.server === server).name,
    );
  });

  afterAll(() => started.stop());

  async function ask(
    who: keyof typeof as,
    path: string,
    options: { method?: string; headers?: Record<string, string> } = {},
  ) {
    const answer = await rawRequest(started.server, {
      method: options.method,
      path: `${BASE}${path}`,
      headers: { ...as[who], ...options.headers },
    });
    const isJson = /json/.test(`${answer.headers['content-type']}`);
    return {
      ...answer,
      body: isJson && answer.text ? JSON.parse(answer.text) : undefined,
    };
  }

  const lists = () => [
    '/clusters',
    '/deployments',
    `/clusters/main/${encodeURIComponent(seen)}`,
    `/clusters/main/${encodeURIComponent(seen)}/deployments`,
    '/deployments/main/argocd/on-seen',
    `/applicationsets/main/argocd/${SET}`,
    `${ENTITY}/deployments`,
    `${ENTITY}/explain`,
    `${ENTITY}/explain?cluster=${encodeURIComponent(seen)}`,
    `${ENTITY}/history`,
    `${ENTITY}/history?cluster=${encodeURIComponent(seen)}`,
  ];
  /** Paths, each with a name that is hidden and one, as long, of what is not there. */
  const twins = (): [path: string, hidden: string, missing: string][] => {
    const missing = hidden.replace(/.$/, last => (last === '0' ? '1' : '0'));
    return [
      ['/clusters/main/NAME', hidden, missing],
      ['/clusters/main/NAME/deployments', hidden, missing],
      ['/clusters/main/NAME', 'twin', 'none'],
      ['/deployments/main/argocd/NAME', 'secret-app', 'absent-app'],
      ['/deployments/main/argocd/NAME', 'secret-twin', 'absent-twin'],
      ['/deployments/main/argocd/NAME', 'secret-lost', 'absent-lost'],
      ['/entities/component/default/NAME/deployments', 'others', 'absent'],
      ['/entities/COMPONENT/Default/NAME/explain', 'Others', 'Absent'],
      ['/entities/component/default/NAME/history', 'others', 'absent'],
    ];
  };
  const at = (path: string, name: string) =>
    path.replace('NAME', encodeURIComponent(name));
  const beyond = () => twins().map(([path, name]) => at(path, name));

  it('are there, both of them and what runs there', async () => {
    expect(seen).toMatch(/^twin~[0-9a-f]{8}$/);
    expect(hidden).toMatch(/^twin~[0-9a-f]{8}$/);
    const { body } = await ask('platform', '/deployments');
    expect(body.items).toHaveLength(4);
  });

  it('one cluster tells nothing of the other that has its name', async () => {
    for (const path of lists()) {
      const { status, text } = await ask('prodOnly', path);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(text).toContain(seen);
      expect(text).not.toMatch(HIDDEN);
      expect(text).not.toContain(hidden);
    }
  });

  it.each(['GET', 'HEAD'])(
    'what is hidden answers %s as if it was not there',
    async method => {
      const without = async (
        path: string,
        name: string,
        headers: Record<string, string>,
      ) => {
        const asked = { method, headers };
        const answer = await ask('prodOnly', at(path, name), asked);
        // The tag is of a text that repeats the path.
        const { date, etag, ...others } = answer.headers;
        return {
          ...{ path, status: answer.status, headers: others },
          text: answer.text.replace(new RegExp(name, 'gi'), 'NAME'),
        };
      };
      const given: Record<string, string>[] = [
        {},
        { 'if-none-match': '*', 'x-http-method-override': 'PUT' },
      ];
      for (const headers of given) {
        for (const [path, name, missing] of twins()) {
          const answer = await without(path, name, headers);
          expect(answer).toMatchObject({ path, status: 404 });
          expect(answer).toEqual(await without(path, missing, headers));
        }
      }
    },
  );

  it.each(['?hub=main&cluster=', '?cluster='])(
    'a filter of a hidden cluster finds nothing: %s',
    async query => {
      for (const name of [hidden, 'twin', 'no-such']) {
        const path = `${query}${encodeURIComponent(name)}`;
        const fleet = await ask('prodOnly', `/deployments${path}`);
        expect(fleet.body).toEqual({ items: [] });
        const { body } = await ask('prodOnly', `${ENTITY}/explain${path}`);
        expect(body.clusters).toEqual([]);
        const history = await ask('prodOnly', `${ENTITY}/history${path}`);
        expect(history.body.items).toEqual([]);
      }
    },
  );

  it('a cursor of who sees more shows no more', async () => {
    for (const path of ['/clusters', '/deployments']) {
      let cursor = '';
      const cursors: string[] = [];
      do {
        const { body } = await ask('platform', `${path}?limit=1${cursor}`);
        cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
        if (cursor) cursors.push(cursor);
      } while (cursor);
      expect(cursors).not.toEqual([]);
      for (const other of cursors) {
        const { status, text } = await ask(
          'prodOnly',
          `${path}?limit=1${other}`,
        );
        expect(status).toBe(200);
        expect(text).not.toMatch(HIDDEN);
      }
    }
  });

  it('a tag of another caller tells nothing', async () => {
    for (const path of [...lists(), ...beyond(), '/hubs']) {
      const { status, headers } = await ask('platform', path);
      const others = await ask('service', path);
      for (const tag of [headers.etag, others.headers.etag, '*']) {
        if (!tag) continue;
        const conditional = { headers: { 'if-none-match': `${tag}` } };
        for (const who of ['prodOnly', 'stranger', 'edgeOnly'] as const) {
          const plain = await ask(who, path);
          const asked = await ask(who, path, conditional);
          // 304 only where the very same would be told.
          const expected =
            plain.status === 200 && (plain.headers.etag === tag || tag === '*')
              ? [200, 304]
              : [plain.status];
          expect({ path, who, status, expected }).toEqual({
            ...{ path, who, status },
            expected: expect.arrayContaining([asked.status]),
          });
          // An error repeats the path that was asked for.
          const told = asked.status < 400 ? asked.text : '';
          expect(told).not.toMatch(HIDDEN);
        }
      }
    }
  });

  it.each(['x-http-method-override', 'x-method-override', 'x-http-method'])(
    '%s changes nothing',
    async header => {
      const path = '/deployments/main/argocd/on-seen/refresh';
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        const headers = { [header]: 'POST' };
        const { status } = await ask('platform', path, { method, headers });
        expect([200, 404, 405]).toContain(status);
      }
      const { status, body } = await ask('platform', '/clusters', {
        headers: { [header]: 'POST' },
      });
      expect(status).toBe(200);
      expect(body.items).toHaveLength(2);
    },
  );

  it('OPTIONS tells the same of what is there and of what is not', async () => {
    const options = { method: 'OPTIONS' };
    const [first, ...rest] = await Promise.all(
      ['on-seen', 'secret-app', 'missing'].map(name =>
        ask('prodOnly', `/deployments/main/argocd/${name}`, options),
      ),
    );
    for (const { status, text, headers } of rest) {
      expect(status).toBe(first.status);
      expect(text).toBe(first.text);
      expect(headers.allow).toBe(first.headers.allow);
    }
  });

  it('HEAD is answered as GET is, without a body', async () => {
    for (const path of lists()) {
      const { status, text } = await ask('prodOnly', path, { method: 'HEAD' });
      expect({ path, status, text }).toEqual({ path, status: 200, text: '' });
      const none = await ask('stranger', path, { method: 'HEAD' });
      expect([403, 404]).toContain(none.status);
    }
  });

  it('no number of parameters brings a filter to be passed over', async () => {
    const many = Array.from({ length: 2_000 }, () => 'a=1').join('&');
    for (const query of [
      `${many}&cluster=x`,
      `cluster=x&cluster=${seen}`,
      `cluster[]=${seen}`,
      `cluster[a]=x`,
      `hub=main&hub=main`,
      `hub[0]=main`,
      'limit=1&limit=500',
    ]) {
      for (const path of [
        '/deployments',
        `${ENTITY}/history`,
        `${ENTITY}/explain`,
      ]) {
        const { status } = await ask('prodOnly', `${path}?${query}`);
        expect({ path, query: query.slice(0, 40), status }).toEqual({
          ...{ path, query: query.slice(0, 40), status: 400 },
        });
      }
    }
  });
});
