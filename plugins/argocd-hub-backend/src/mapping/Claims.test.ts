import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { Knex } from 'knex';
import {
  agentOn,
  component,
  CONFIG,
} from '../routers/__testUtils__/startRouter';
import { createStore } from '../store/__testUtils__/storeOn';
import { Claims } from './Claims';
import { claimsOf } from './claimsOf';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
/** What another replica stored is told after a quarter of a second. */
const SEEN_AFTER_MS = 300;

async function replicaOn(knex: Knex) {
  const store = await createStore(knex);
  const claims = new Claims({
    store,
    config: CONFIG.mapping,
    catalog: catalogServiceMock({ entities: [] }),
    logger: mockServices.logger.mock(),
  });
  const replace = async (...names: string[]) =>
    claims.replace(
      names.map(name =>
        claimsOf(
          component(name, { 'argocd/app-name': 'agent-prod' }),
          CONFIG.mapping,
        ),
      ),
      {
        lease: (await store.leases.acquire('mapping:claims'))!,
        keep: new Set(),
      },
    );
  const claiming = async () =>
    (await claims.index())
      .entitiesOf(agentOn('prod'))
      .map(({ entityRef }) => entityRef);
  return { store, claims, replace, claiming };
}

describe.each(databases.eachSupportedId())('claims on %p', id => {
  it.each([
    ['nothing', []],
    ['something', ['a']],
  ])(
    'are known everywhere once one replica read that %s is mapped',
    async (_, names) => {
      const knex = await databases.init(id);
      const one = await replicaOn(knex);
      const other = await replicaOn(knex);
      expect(await one.claims.areKnown()).toBe(false);
      expect(await other.claims.areKnown()).toBe(false);

      await one.replace(...names);

      expect(await one.claims.areKnown()).toBe(true);
      await new Promise(resolve => setTimeout(resolve, SEEN_AFTER_MS));
      expect(await other.claims.areKnown()).toBe(true);
      expect(await (await replicaOn(knex)).claims.areKnown()).toBe(true);
    },
  );

  it('are not known while their index may be one from before', async () => {
    const knex = await databases.init(id);
    const one = await replicaOn(knex);
    const other = await replicaOn(knex);
    await other.claiming();
    await one.replace('a');

    const areKnown = await other.claims.areKnown();

    const claiming = await other.claiming();
    expect(areKnown ? claiming : ['component:default/a']).toEqual([
      'component:default/a',
    ]);
  });

  it('read no refs to tell whether they are known', async () => {
    const one = await replicaOn(await databases.init(id));
    const refs = jest.spyOn(one.store.claims, 'refs');
    await one.claims.areKnown();
    await one.replace('a');
    await one.claims.areKnown();
    expect(refs).not.toHaveBeenCalled();
  });
});

describe.each(databases.eachSupportedId())('the index of claims on %p', id => {
  it('knows what is stored while it is read', async () => {
    const one = await replicaOn(await databases.init(id));
    await one.replace('old');
    const { all } = one.store.claims;
    jest.spyOn(one.store.claims, 'all').mockImplementationOnce(async () => {
      const read = await all.call(one.store.claims);
      await one.replace('new');
      return read;
    });
    await one.claiming();

    expect(await one.claiming()).toEqual(['component:default/new']);
  });

  it('knows at once what this replica stored, and soon what another did', async () => {
    const knex = await databases.init(id);
    const one = await replicaOn(knex);
    const other = await replicaOn(knex);
    await one.replace('a');
    expect(await one.claiming()).toEqual(['component:default/a']);
    expect(await other.claiming()).toEqual(['component:default/a']);

    await one.replace('b');

    expect(await one.claiming()).toEqual(['component:default/b']);
    await new Promise(resolve => setTimeout(resolve, SEEN_AFTER_MS));
    expect(await other.claiming()).toEqual(['component:default/b']);
  });

  it('is the last one while the database is away', async () => {
    const one = await replicaOn(await databases.init(id));
    const current = jest.spyOn(one.store.revisions, 'current');
    current.mockRejectedValue(new Error('away'));
    await expect(one.claiming()).rejects.toThrow('away');
    current.mockRestore();
    await one.replace('a');
    await one.claiming();

    jest
      .spyOn(one.store.revisions, 'current')
      .mockRejectedValue(new Error('away'));

    expect(await one.claiming()).toEqual(['component:default/a']);
  });

  it('is not read again while nothing changes', async () => {
    const one = await replicaOn(await databases.init(id));
    await one.replace('a');
    await one.claiming();
    const all = jest.spyOn(one.store.claims, 'all');

    await Promise.all([one.claiming(), one.claiming()]);

    expect(all).not.toHaveBeenCalled();
  });
});
