import { ServerPermissionClient } from '@backstage/plugin-permission-node';
import type { Rollups } from 'backstage-plugin-argocd-hub-common';
import request from 'supertest';
import { read, start, type Started } from './__testUtils__/agentRoute';
import { ownerDecides, TablePolicy } from './__testUtils__/permissionFramework';
import {
  AGENT,
  as,
  component,
  OWNER,
  STRANGER,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const PATH = '/api/argocd-hub/entities/deployments/by-refs';
const SELECTOR = { 'argocd/app-selector': 'app=agent' };
const REF = 'component:default/agent';

async function post(
  { server }: Started,
  entityRefs: unknown,
  headers: Record<string, string> = as.owner,
) {
  return request(server).post(PATH).set(headers).send({ entityRefs });
}

async function itemsOf(
  on: Started,
  entityRefs: string[],
  headers?: Record<string, string>,
): Promise<Rollups['items']> {
  const { status, body } = await post(on, entityRefs, headers);
  expect(status).toBe(200);
  return body.items;
}

describe('POST /entities/deployments/by-refs', () => {
  it.each([
    ['is mapped', true],
    ['only the catalog knows', false],
  ])('answers the roll-up of an entity that %s', async (_, isMapped) => {
    const on = await start();
    if (isMapped) await on.mapping.sync();
    await on.fill.breakCluster('prod');

    const [item] = await itemsOf(on, [REF]);

    expect(item).toMatchObject({ health: 'Unknown', deployments: 3 });
    expect(item).toEqual((await read(on)).rollup);
    expect(await itemsOf(on, [REF])).toEqual([item]);
  });

  it('keeps the order, with repeated refs and odd spellings', async () => {
    const on = await start({
      entities: [
        AGENT,
        component('Web-UI', { 'argocd/app-name': 'agent-prod' }),
        component('bare'),
      ],
    });

    const items = await itemsOf(on, [
      'component:bare',
      'COMPONENT:Default/AGENT',
      'component:default/missing',
      'Component:web-ui',
      REF,
      'component:default/Web-UI',
    ]);

    expect(items.map(item => item?.deployments)).toEqual([
      0,
      3,
      undefined,
      1,
      3,
      1,
    ]);
    expect(items[2]).toBeNull();
    expect(items[4]).toEqual(items[1]);
  });

  it('answers an empty list with an empty one', async () => {
    expect(await itemsOf(await start(), [])).toEqual([]);
  });

  it('follows changes of states, verdicts and time', async () => {
    const on = await start();
    await on.mapping.sync();
    const healthOf = async () => (await itemsOf(on, [REF]))[0]?.health;
    expect(await healthOf()).toBe('Healthy');

    await on.fill.breakCluster('prod');
    expect(await healthOf()).toBe('Unknown');

    await on.fill.heartbeatAt('prod', on.clock.now - 1_000);
    expect(await healthOf()).toBe('Healthy');

    on.clock.now += 300_000;
    expect((await itemsOf(on, [REF]))[0]).toMatchObject({
      health: 'Unknown',
      freshness: 'stale',
    });
  });

  it('reads all that is not mapped in one call of the catalog, as the caller', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `agent-${index}`);
    const on = await start({
      entities: names.map(name => component(name, SELECTOR)),
    });
    const read30 = jest.spyOn(on.catalog, 'getEntitiesByRefs');
    const readOne = jest.spyOn(on.catalog, 'getEntityByRef');

    const items = await itemsOf(
      on,
      names.map(name => `component:default/${name}`),
    );

    expect(items.every(item => item?.deployments === 3)).toBe(true);
    expect(read30).toHaveBeenCalledTimes(1);
    expect(read30.mock.calls[0][1]).toMatchObject({
      credentials: { principal: { userEntityRef: OWNER } },
    });
    expect(readOne).not.toHaveBeenCalled();
  });

  it('needs no catalog for what is mapped', async () => {
    const on = await start();
    await on.mapping.sync();
    on.catalog.getEntitiesByRefs = async () => {
      throw new Error('catalog is down');
    };

    expect((await itemsOf(on, [REF]))[0]?.deployments).toBe(3);
  });

  it('answers what is mapped while the catalog is down', async () => {
    const on = await start();
    await on.mapping.sync();
    const other = 'component:default/other';
    on.catalog.getEntitiesByRefs = async () => {
      throw new Error('catalog is down');
    };

    const items = await itemsOf(on, [other, REF]);

    expect(items).toEqual([null, expect.objectContaining({ deployments: 3 })]);
  });

  it('fails where the database cannot say what is mapped', async () => {
    const on = await start();
    jest
      .spyOn(on.store.claims, 'some')
      .mockRejectedValue(new Error('no such table'));

    expect((await post(on, [REF])).status).toBe(500);
  });

  it('reads what is not mapped once for each who asks', async () => {
    const on = await start({ entities: [component('agent')] });
    const inCatalog = jest.spyOn(on.catalog, 'getEntitiesByRefs');

    for (const headers of [as.owner, as.owner, as.stranger, as.owner]) {
      expect(await itemsOf(on, [REF], headers)).toEqual([
        expect.objectContaining({ deployments: 0 }),
      ]);
    }

    expect(inCatalog.mock.calls.map(([, options]) => options)).toMatchObject(
      [OWNER, STRANGER].map(userEntityRef => ({
        credentials: { principal: { userEntityRef } },
      })),
    );
  });

  describe('access', () => {
    it('needs credentials', async () => {
      expect((await post(await start(), [REF], as.nobody)).status).toBe(401);
    });

    it.each([
      ['the entity', { privateEntities: [REF] }],
      ['deployments', { ownerOnly: ['argocd-hub.deployment.read'] }],
      ['the catalog', { ownerOnly: ['catalog.entity.read'] }],
    ])(
      'answers who may not see %s as if it were missing',
      async (_, options) => {
        const on = await start(options);
        await on.mapping.sync();
        const refs = [REF, 'component:default/missing'];

        expect(await itemsOf(on, refs, as.stranger)).toEqual([null, null]);
        expect(await itemsOf(on, refs)).toEqual([
          expect.objectContaining({ deployments: 3 }),
          null,
        ]);
        expect(await itemsOf(on, refs, as.stranger)).toEqual([null, null]);
      },
    );

    it('does not even look for what may not be seen', async () => {
      const on = await start({ privateEntities: [REF] });
      const inCatalog = jest.spyOn(on.catalog, 'getEntitiesByRefs');
      const statements: string[] = [];
      on.knex.on('query', ({ sql }) => statements.push(sql));

      await itemsOf(on, [REF], as.stranger);

      expect(inCatalog).not.toHaveBeenCalled();
      expect(
        statements.filter(sql => /claims|"?applications"?/.test(sql)),
      ).toEqual([]);
    });

    it('fails closed', async () => {
      const { status, body } = await post(
        await start({ permissionsFail: true }),
        [REF],
      );

      expect(status).toBe(503);
      expect(body.items).toBeUndefined();
      expect(JSON.stringify(body)).not.toContain('is down');
    });

    it('is decided by the real permission framework for 500 entities and 100 claims', async () => {
      const claims = Array.from(
        { length: 100 },
        (_, index) => `group:default/a-team-with-quite-a-long-name-${index}`,
      );
      const entities = Array.from({ length: 490 }, (_, index) => ({
        ...component(`a-component-with-quite-a-long-name-${index}`, SELECTOR),
        spec: {
          owner: index % 2 ? claims[index % 100] : 'group:default/other',
        },
      }));
      const on = await start({
        entities,
        policy: new TablePolicy({ [OWNER]: ownerDecides(...claims) }),
      });
      await on.mapping.sync();
      const refs = Array.from(
        { length: 500 },
        (_, index) =>
          `component:default/a-component-with-quite-a-long-name-${index}`,
      );

      const asked = jest.spyOn(ServerPermissionClient.prototype, 'authorize');

      const items = await itemsOf(on, refs);

      expect(items.map(item => item !== null)).toEqual(
        refs.map((_, index) => index < 490 && index % 2 === 1),
      );
      // Else it was too much, and asked again in parts.
      expect(asked).toHaveBeenCalledTimes(1);
      asked.mockRestore();
      expect(await itemsOf(on, refs, as.stranger)).toEqual(
        refs.map(() => null),
      );
      const forService = await itemsOf(on, refs, as.service);
      expect(forService.map(item => item !== null)).toEqual(
        refs.map((_, index) => index < 490),
      );
    });

    it('is decided for 500 refs as long as refs can be, and more claims than one question takes', async () => {
      const long = (index: number) => `${index}`.padEnd(63, 'x');
      const claims = Array.from(
        { length: 400 },
        (_, index) => `group:default/${long(index)}`,
      );
      const entities = Array.from({ length: 500 }, (_, index) => {
        const entity = component(long(index), SELECTOR);
        return {
          ...entity,
          kind: 'K'.repeat(63),
          metadata: { ...entity.metadata, namespace: 'n'.repeat(63) },
          spec: { owner: claims[index % 400] },
        };
      });
      const on = await start({
        entities,
        policy: new TablePolicy({ [OWNER]: ownerDecides(...claims) }),
      });
      await on.mapping.sync();

      const items = await itemsOf(
        on,
        entities.map(
          ({ kind, metadata: { namespace, name } }) =>
            `${kind}:${namespace}/${name}`,
        ),
      );

      expect(items).toHaveLength(500);
      expect(items).not.toContain(null);
    });
  });

  describe('refuses', () => {
    const malformed = "Invalid 'entityRefs.1': not an entity ref";
    it.each<[string, unknown, string]>([
      ['no list', undefined, "Invalid 'entityRefs'"],
      ['a text', REF, "Invalid 'entityRefs'"],
      ['what is no text', [REF, 7], "Invalid 'entityRefs.1'"],
      ['more than 500', Array(501).fill(REF), 'at most 500'],
      ['a ref without a kind', [REF, 'agent'], malformed],
      ['an empty ref', [REF, ''], malformed],
      ['a ref with too many parts', [REF, 'component:a/b/c'], malformed],
      ['a path', [REF, 'component:default/..'], malformed],
      ['control characters', [REF, 'component:default/a\u0000b'], malformed],
      [
        'an endless name',
        [REF, `component:default/${'a'.repeat(64)}`],
        malformed,
      ],
      ['an endless text', [REF, 'a'.repeat(5_000)], "Invalid 'entityRefs.1'"],
    ])('%s', async (_, entityRefs, message) => {
      const { status, body } = await post(await start(), entityRefs);

      expect(status).toBe(400);
      expect(body.error.message).toContain(message);
    });

    it('what it does not know', async () => {
      const { server } = await start();
      const { status } = await request(server)
        .post(PATH)
        .set(as.owner)
        .send({ entityRefs: [], fields: ['health'] });

      expect(status).toBe(400);
    });

    it('a ref without repeating it', async () => {
      const { body } = await post(await start(), ['<script>secret']);

      expect(body.error.message).not.toContain('secret');
    });
  });
});
