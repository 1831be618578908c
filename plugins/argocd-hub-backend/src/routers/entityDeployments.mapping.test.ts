import { get, PATH, read, start } from './__testUtils__/agentRoute';
import { agentOn, as, component } from './__testUtils__/startRouter';

jest.setTimeout(60_000);

describe('what belongs to an entity', () => {
  it('answers an entity that is not mapped without rows, and says so', async () => {
    const on = await start({ entities: [component('agent')] });

    expect(await read(on)).toMatchObject({
      rules: [],
      deployments: [],
      rollup: { health: 'None' },
    });
  });

  it('joins every rule that takes an application, strongest first', async () => {
    const on = await start();
    await on.fill.applications(
      agentOn('prod', {
        annotations: { 'backstage.io/entity-ref': 'component:default/agent' },
      }),
    );

    const { deployments, rules } = await read(on);

    expect(deployments).toHaveLength(3);
    expect(deployments[1].mappedBy.map(({ key }) => key)).toEqual([
      'backstage.io/entity-ref',
      'argocd/app-selector',
    ]);
    expect(rules).toHaveLength(2);
  });

  it('reads claims from the table while the catalog is down', async () => {
    const on = await start();
    await on.mapping.sync();
    on.catalog.getEntityByRef = async () => {
      throw new Error('catalog is down');
    };

    expect((await read(on)).deployments).toHaveLength(3);
  });

  it('reads an entity that is not mapped once from table and catalog', async () => {
    const on = await start({ entities: [component('agent')] });
    const inCatalog = jest.spyOn(on.catalog, 'getEntityByRef');
    const inTable = jest.spyOn(on.store.claims, 'get');

    await read(on);
    expect(inTable).toHaveBeenCalledTimes(1);
    await read(on);
    expect(inCatalog).toHaveBeenCalledTimes(1);

    expect((await get(on, PATH, as.stranger)).status).toBe(200);
    expect(inCatalog).toHaveBeenCalledTimes(2);
  });

  it('takes what was mapped meanwhile, whatever was read before', async () => {
    const on = await start();
    jest.spyOn(on.store.claims, 'get').mockResolvedValueOnce(undefined);
    on.catalog.getEntityByRef = async () => component('agent');
    expect((await read(on)).deployments).toEqual([]);

    await on.mapping.sync();

    expect((await read(on)).deployments).toHaveLength(3);
  });

  it('quotes nothing of what is stored and cannot be read', async () => {
    const on = await start();
    await on.mapping.sync();
    await on.knex('entity_claims').update({ claims: '{ "token": secret }' });

    const { status, text } = await get(on);

    expect(status).toBe(500);
    expect(text).toContain('Unexpected failure');
    expect(text).not.toContain('secret');
  });

  it('follows a claim only into projects that its owner may claim', async () => {
    const on = await start({
      config: {
        mapping: {
          applicationEntityRefKey: 'backstage.io/entity-ref',
          projects: { default: ['group:default/other'] },
        },
      },
    });

    expect((await read(on)).deployments).toEqual([]);
  });

  it.each(['', 'app', '!x', 'app!=x'])(
    'takes nothing for the selector %j',
    async selector => {
      const on = await start({
        entities: [component('agent', { 'argocd/app-selector': selector })],
      });

      expect((await read(on)).deployments).toEqual([]);
    },
  );

  it('says which annotation it cannot follow, and why', async () => {
    const on = await start({
      entities: [component('agent', { 'argocd/app-selector': 'app=a b' })],
    });

    expect(await read(on)).toMatchObject({
      rules: [],
      refused: [
        {
          key: 'argocd/app-selector',
          value: 'app=a b',
          refusal: { code: 'bad-selector', term: 'app=a b' },
        },
      ],
    });
  });

  it.each([
    ['edge', 0, ['edge']],
    ['Main, Edge, far', 3, ['edge', 'far']],
  ])(
    'says that no hub has the name of instance %j',
    async (value, rows, hubs) => {
      const on = await start({
        entities: [
          component('agent', {
            'argocd/app-selector': 'app=agent',
            'argocd/instance-name': value,
          }),
        ],
      });

      const { deployments, refused } = await read(on);

      expect(deployments).toHaveLength(rows);
      const names = value.toLocaleLowerCase('en-US').split(', ').join();
      expect(refused).toEqual([
        {
          key: 'argocd/instance-name',
          value: names,
          refusal: { code: 'unknown-hubs', hubs },
        },
      ]);
    },
  );

  it.each<Record<string, string>>([{}, { 'argocd/instance-name': 'MAIN' }])(
    'says nothing of refusals where there are none: %j',
    async annotations => {
      const on = await start({
        entities: [
          component('agent', {
            'argocd/app-selector': 'app=agent',
            ...annotations,
          }),
        ],
      });
      expect(await read(on)).not.toHaveProperty('refused');
    },
  );
});
