import { mockCredentials } from '@backstage/backend-test-utils';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { deploymentReadPermission } from 'backstage-plugin-argocd-hub-common';
import { EntityPermissions } from './EntityPermissions';

const credentials = mockCredentials.user();

/** Answers by a table of `permission ref`; everything else is allowed. */
function service(refused: string[] = []) {
  const authorize = jest.fn(async (requests: any[]) =>
    requests.map(({ permission, resourceRef }) => ({
      result: refused.includes(`${permission.name} ${resourceRef}`)
        ? AuthorizeResult.DENY
        : AuthorizeResult.ALLOW,
    })),
  );
  return { authorize, authorizeConditional: jest.fn() };
}

const refs = (count: number, length = 20) =>
  Array.from({ length: count }, (_, index) =>
    `component:default/${index}`.padEnd(length, 'x'),
  );

describe('EntityPermissions', () => {
  it('allow what both permissions allow', async () => {
    const permissions = service([
      `${catalogEntityReadPermission.name} a`,
      `${deploymentReadPermission.name} b`,
    ]);
    const entities = new EntityPermissions({ permissions });
    const allowed = await entities.allowed(
      ['a', 'b', 'c', 'c'],
      deploymentReadPermission,
      credentials,
    );
    expect([...allowed]).toEqual(['c']);
    expect(permissions.authorize).toHaveBeenCalledTimes(1);
    expect(permissions.authorize.mock.calls[0][0]).toHaveLength(6);
  });

  it('ask nothing about nothing', async () => {
    const permissions = service();
    const entities = new EntityPermissions({ permissions });
    await entities.allowed([], deploymentReadPermission, credentials);
    expect(permissions.authorize).not.toHaveBeenCalled();
  });

  it.each([
    ['ten at a time', undefined, refs(25), 3],
    ['all at once where that can be asked', service(), refs(500), 1],
    ['in bodies of a size that is taken', service(), refs(500, 190), 4],
  ])('ask %s', async (_, batched, asked, times) => {
    const permissions = service();
    const entities = new EntityPermissions({ permissions, batched });
    const allowed = await entities.allowed(
      asked,
      deploymentReadPermission,
      credentials,
    );
    expect([...allowed].sort()).toEqual([...asked].sort());
    expect((batched ?? permissions).authorize).toHaveBeenCalledTimes(times);
    expect(permissions.authorize).toHaveBeenCalledTimes(batched ? 0 : times);
  });

  it('allow nothing that was not answered', async () => {
    const permissions = { ...service(), authorize: async () => [] };
    const entities = new EntityPermissions({ permissions });
    const allowed = await entities.allowed(
      ['a'],
      deploymentReadPermission,
      credentials,
    );
    expect(allowed.size).toBe(0);
  });
});
