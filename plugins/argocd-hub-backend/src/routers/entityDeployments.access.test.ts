import { get, PATH, read, start } from './__testUtils__/agentRoute';
import { as } from './__testUtils__/startRouter';

jest.setTimeout(60_000);

describe('access to the deployments of an entity', () => {
  it('needs credentials', async () => {
    expect((await get(await start(), PATH, as.nobody)).status).toBe(401);
  });

  it.each([
    ['the entity', { privateEntities: ['component:default/agent'] }],
    ['deployments', { ownerOnly: ['argocd-hub.deployment.read'] }],
    ['the catalog', { ownerOnly: ['catalog.entity.read'] }],
  ])('answers who may not see %s as if it were missing', async (_, policy) => {
    const on = await start(policy);

    const refused = await get(on, PATH, as.stranger);
    const missing = await get(on, PATH.replace('agent', 'agenz'), as.owner);

    expect((await get(on)).status).toBe(200);
    expect(refused.status).toBe(404);
    expect(missing.status).toBe(404);
    expect(refused.body.error).toEqual({
      ...missing.body.error,
      message: missing.body.error.message.replace('agenz', 'agent'),
    });
  });

  it('asks once for both permissions', async () => {
    const on = await start();

    await read(on);

    expect(on.authorize).toHaveBeenCalledTimes(1);
    expect(
      on.authorize.mock.calls[0][0].map(({ permission, resourceRef }) => [
        permission.name,
        resourceRef,
      ]),
    ).toEqual([
      ['catalog.entity.read', 'component:default/agent'],
      ['argocd-hub.deployment.read', 'component:default/agent'],
    ]);
  });

  it('fails closed', async () => {
    const response = await get(await start({ permissionsFail: true }));

    expect(response.status).toBe(503);
    expect(JSON.stringify(response.body)).not.toContain('is down');
  });

  it('treats another spelling of the entity alike', async () => {
    const on = await start({ privateEntities: ['component:default/agent'] });
    const path = PATH.replace('component', 'COMPONENT');

    expect((await get(on, path)).status).toBe(200);
    expect((await get(on, path, as.stranger)).status).toBe(404);
  });
});
