import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { Knex } from 'knex';
import request from 'supertest';
import {
  agentOn,
  as,
  component,
  CONFIG,
  startRouter,
  StoreFiller,
} from '../routers/__testUtils__/startRouter';
import { createStore } from '../store/__testUtils__/storeOn';
import { Mapping } from './Mapping';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const KEY = CONFIG.mapping.applicationEntityRefKey;
const asking = (name: string) => component(name, { 'argocd/app-name': name });

/** A catalog whose entities a test changes. */
class ChangingCatalog {
  entities: Entity[];
  fails: ('queryEntities' | 'getEntitiesByRefs' | 'getEntityByRef')[] = [];
  readonly asked: string[] = [];

  constructor(...entities: Entity[]) {
    this.entities = entities;
  }

  get service(): CatalogService {
    const answer = (name: string) => {
      return async (...args: any[]) => {
        this.asked.push(name);
        if (this.fails.includes(name as 'queryEntities')) {
          throw new Error('catalog is down');
        }
        const mock: any = catalogServiceMock({ entities: this.entities });
        return mock[name](...args);
      };
    };
    return {
      queryEntities: answer('queryEntities'),
      getEntitiesByRefs: answer('getEntitiesByRefs'),
      getEntityByRef: answer('getEntityByRef'),
    } as unknown as CatalogService;
  }
}

/** One process with its mapping, over what others may have stored. */
async function processOn(knex: Knex, catalog: ChangingCatalog) {
  const store = await createStore(knex);
  const mapping = new Mapping({
    ...{ config: CONFIG, store, catalog: catalog.service },
    auth: mockServices.auth(),
    signals: { publish: async () => {} },
    logger: mockServices.logger.mock(),
  });
  const stored = async () =>
    (await store.claims.refs()).map(ref => ref.split('/')[1]);
  return { store, mapping, stored, fill: new StoreFiller(store) };
}

describe.each(databases.eachSupportedId())('claims on %p', id => {
  it('go only when two readings in a row lack their entity', async () => {
    const catalog = new ChangingCatalog(asking('a'), asking('b'));
    const { mapping, stored } = await processOn(
      await databases.init(id),
      catalog,
    );
    await mapping.sync();
    const all = catalog.entities;

    catalog.entities = [];
    await mapping.sync();
    expect(await stored()).toEqual(['a', 'b']);

    catalog.entities = all;
    await mapping.sync();
    catalog.entities = [asking('a')];
    await mapping.sync();
    expect(await stored()).toEqual(['a', 'b']);
    await mapping.sync();
    expect(await stored()).toEqual(['a']);
  });

  it('change at once where the entity changed', async () => {
    const catalog = new ChangingCatalog(asking('a'));
    const { mapping, store } = await processOn(
      await databases.init(id),
      catalog,
    );
    await mapping.sync();
    catalog.entities = [component('a', { 'argocd/app-name': 'other' })];
    await mapping.sync();
    const claims = await store.claims.get('component:default/a');
    expect(claims?.claims.map(({ rule }) => rule.value)).toContain('other');
  });

  it('are kept of entities that only applications name', async () => {
    const catalog = new ChangingCatalog(component('agent'), component('plain'));
    const { mapping, stored, fill } = await processOn(
      await databases.init(id),
      catalog,
    );
    const named = (on: string, ref: string) =>
      agentOn(on, { annotations: { [KEY]: ref } });
    await fill.applications(
      named('prod', 'component:default/agent'),
      named('dr', 'component:default/agent'),
      named('staging', 'component:default/gone'),
      named('perf', 'no ref at all'),
    );
    await mapping.sync();
    expect(await stored()).toEqual(['agent']);
  });

  it.each(['queryEntities', 'getEntitiesByRefs'] as const)(
    'all stay when %s fails, also after a restart meanwhile',
    async name => {
      const knex = await databases.init(id);
      const catalog = new ChangingCatalog(asking('a'), component('agent'));
      const before = await processOn(knex, catalog);
      await before.fill.clusters('prod');
      await before.fill.applications(
        agentOn('prod', { annotations: { [KEY]: 'component:default/agent' } }),
        agentOn('prod', { name: 'a' }),
      );
      await before.mapping.sync();

      catalog.fails = [name];
      await expect(before.mapping.sync()).rejects.toThrow('catalog is down');
      const after = await processOn(knex, catalog);
      await after.mapping.sync().catch(() => {}); // SQLite has one holder at a time

      expect(await after.stored()).toEqual(['a', 'agent']);
      const { placements } = await after.mapping.feed.snapshot();
      expect([...placements.keys()].sort()).toEqual([
        'component:default/a',
        'component:default/agent',
      ]);
    },
  );
});

it('an entity that applications name is answered without the catalog', async () => {
  const on = await startRouter({ entities: [component('agent')] });
  await on.fill.hub();
  await on.fill.clusters('prod');
  await on.fill.applications(
    agentOn('prod', { annotations: { [KEY]: 'component:default/agent' } }),
  );
  await on.mapping.sync();
  on.catalog.getEntityByRef = async () => {
    throw new Error('catalog is down');
  };

  const { status, body } = await request(on.server)
    .get('/api/argocd-hub/entities/component/default/agent/deployments')
    .set(as.owner);

  expect(status).toBe(200);
  expect(body.deployments).toHaveLength(1);
  await on.stop();
});
