import { mockCredentials } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  createPermission,
  Permission,
} from '@backstage/plugin-permission-common';
import { PolicyQueryUser } from '@backstage/plugin-permission-node';
import {
  argocdHubPermissions,
  clusterCreatePermission,
  deploymentReadPermission,
  deploymentSyncPermission,
} from 'backstage-plugin-argocd-hub-common';
import { DemoPolicy } from './DemoPolicy';

const policy = new DemoPolicy();

function userIn(...groups: string[]): PolicyQueryUser {
  const credentials = mockCredentials.user();
  const { userEntityRef } = credentials.principal;
  return { credentials, info: { userEntityRef, ownershipEntityRefs: groups } };
}

const named = (name: string) => createPermission({ name, attributes: {} });

async function decide(permission: Permission, user?: PolicyQueryUser) {
  const decision = await policy.handle({ permission }, user);
  return decision.result;
}

describe('DemoPolicy', () => {
  it('lets any signed-in user read, and nobody else', async () => {
    const read = deploymentReadPermission;
    expect(await decide(read, userIn())).toBe(AuthorizeResult.ALLOW);
    expect(await decide(read)).toBe(AuthorizeResult.DENY);
    expect(await decide(named('catalog.entity.create'))).toBe(
      AuthorizeResult.DENY,
    );
  });

  it('lets owners operate: the catalog decides who they are', async () => {
    const decision = await policy.handle(
      { permission: deploymentSyncPermission },
      userIn('group:default/guests'),
    );
    expect(decision).toMatchObject({
      result: AuthorizeResult.CONDITIONAL,
      pluginId: 'catalog',
      conditions: {
        rule: 'IS_ENTITY_OWNER',
        params: { claims: ['group:default/guests'] },
      },
    });
  });

  it('lets the platform group onboard', async () => {
    const create = clusterCreatePermission;
    expect(await decide(create, userIn('group:default/platform'))).toBe(
      AuthorizeResult.ALLOW,
    );
    expect(await decide(create, userIn('group:default/guests'))).toBe(
      AuthorizeResult.DENY,
    );
  });

  it('denies a permission of ours that it does not know', async () => {
    const unknown = named('argocd-hub.cluster.explode');
    expect(await decide(unknown, userIn('group:default/platform'))).toBe(
      AuthorizeResult.DENY,
    );
  });

  it('knows every permission of the plugin', async () => {
    const user = userIn('group:default/platform');
    const results = argocdHubPermissions.map(it => decide(it, user));
    expect(await Promise.all(results)).not.toContain(AuthorizeResult.DENY);
  });

  it('stays out of what is not ours', async () => {
    expect(await decide(named('catalog.entity.create'), userIn())).toBe(
      AuthorizeResult.ALLOW,
    );
  });
});
