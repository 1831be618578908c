import {
  AuthorizeResult,
  isResourcePermission,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import {
  clusterCreatePermission,
  clusterDeletePermission,
  clusterReadPermission,
  clusterUpdatePermission,
  deploymentReadPermission,
  deploymentRefreshPermission,
  deploymentRollbackPermission,
  deploymentSyncPermission,
  hubReadPermission,
} from 'backstage-plugin-argocd-hub-common';

/** Members of this group onboard, relabel and retire clusters. */
const PLATFORM_GROUP = 'group:default/platform';

const READ = names(
  hubReadPermission,
  clusterReadPermission,
  deploymentReadPermission,
);
const OPERATE = names(
  deploymentRefreshPermission,
  deploymentSyncPermission,
  deploymentRollbackPermission,
);
const ONBOARD = names(
  clusterCreatePermission,
  clusterUpdatePermission,
  clusterDeletePermission,
);

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/**
 * Owners operate, the platform group onboards, everyone who is signed in reads.
 *
 * A permission of Argo CD Hub that is not named here is denied, so a new one
 * has to be thought about. What the rest of Backstage asks is allowed: this is
 * a demo of one plugin family.
 */
export class DemoPolicy implements PermissionPolicy {
  async handle(
    request: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!user) return DENY;

    const { permission } = request;
    if (!permission.name.startsWith('argocd-hub.')) return ALLOW;
    if (READ.has(permission.name)) return ALLOW;

    const groups = user.info.ownershipEntityRefs;
    if (ONBOARD.has(permission.name)) {
      return groups.includes(PLATFORM_GROUP) ? ALLOW : DENY;
    }
    if (
      OPERATE.has(permission.name) &&
      isResourcePermission(permission, RESOURCE_TYPE_CATALOG_ENTITY)
    ) {
      return createCatalogConditionalDecision(
        permission,
        catalogConditions.isEntityOwner({ claims: groups }),
      );
    }
    return DENY;
  }
}

function names(...permissions: Permission[]): Set<string> {
  return new Set(permissions.map(({ name }) => name));
}
