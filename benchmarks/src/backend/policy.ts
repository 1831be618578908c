import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
import {
  AuthorizeResult,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';

/** `allow`: yes to everything. `conditional`: what concerns an entity is for its owners. */
export function benchmarkPolicy(kind: string) {
  const policy: PermissionPolicy = {
    async handle({ permission }: PolicyQuery, user) {
      if (
        kind === 'conditional' &&
        isResourcePermission(permission, 'catalog-entity')
      ) {
        return createCatalogConditionalDecision(
          permission,
          catalogConditions.isEntityOwner({
            claims: user?.info.ownershipEntityRefs ?? [],
          }),
        );
      }
      return { result: AuthorizeResult.ALLOW };
    },
  };
  return createBackendModule({
    pluginId: 'permission',
    moduleId: 'benchmark-policy',
    register(env) {
      env.registerInit({
        deps: { policies: policyExtensionPoint },
        async init({ policies }) {
          policies.setPolicy(policy);
        },
      });
    },
  });
}
