import {
  type BackendFeature,
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createServiceFactory,
  type HttpAuthService,
} from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { type Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import {
  catalogEntityReadPermission,
  RESOURCE_TYPE_CATALOG_ENTITY,
} from '@backstage/plugin-catalog-common/alpha';
import { catalogEntityPermissionResourceRef } from '@backstage/plugin-catalog-node/alpha';
import permissionBackend from '@backstage/plugin-permission-backend';
import {
  AuthorizeResult,
  isResourcePermission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  createConditionExports,
  createPermissionRule,
  type PermissionPolicy,
  type PolicyQuery,
  type PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import {
  RESOURCE_TYPE_ARGOCD_HUB_CLUSTER,
  RESOURCE_TYPE_ARGOCD_HUB_HUB,
} from 'backstage-plugin-argocd-hub-common';
import {
  argocdHubClusterConditions,
  argocdHubHubConditions,
  createArgocdHubClusterConditionalDecision,
  createArgocdHubHubConditionalDecision,
} from 'backstage-plugin-argocd-hub-node';
import { z } from 'zod';

export const PERMISSIONS_ENABLED = new ConfigReader({
  permission: { enabled: true },
});

/**
 * Mocked credentials forget that a plugin asks for a user, without which
 * Backstage tells nobody what a decision depends on.
 */
const rememberingHttpAuth = createServiceFactory({
  service: coreServices.httpAuth,
  deps: { plugin: coreServices.pluginMetadata },
  factory({ plugin }) {
    const mocked = mockServices.httpAuth({ pluginId: plugin.getId() });
    const credentials: HttpAuthService['credentials'] = async (
      request,
      options,
    ) => {
      const found: any = await mocked.credentials(request, options);
      const { userEntityRef } = found.principal;
      return userEntityRef && request.headers.authorization?.includes('"obo"')
        ? mockCredentials.user(userEntityRef, {
            actor: { subject: 'plugin:argocd-hub' },
          })
        : found;
    };
    return {
      credentials,
      issueUserCookie: (...options) => mocked.issueUserCookie(...options),
    };
  },
});

/** The catalog's own rule of that name, for an owner that is written in full. */
const isEntityOwner = createPermissionRule({
  name: 'IS_ENTITY_OWNER',
  description: 'Allow entities of an owner',
  resourceRef: catalogEntityPermissionResourceRef,
  paramsSchema: z.object({ claims: z.array(z.string()) }),
  apply: (entity: Entity, { claims }) =>
    claims.includes(String(entity.spec?.owner)),
  toQuery: ({ claims }) => ({ key: 'spec.owner', values: claims }),
});

const catalog = createConditionExports({
  resourceRef: catalogEntityPermissionResourceRef,
  rules: { isEntityOwner },
});

/**
 * Backstage's permission backend with a policy, in place of a mock, and as much
 * of a catalog as conditions about its entities need.
 */
export function permissionFramework(options: {
  policy: PermissionPolicy;
  entities: Entity[];
}): BackendFeature[] {
  const { policy, entities } = options;
  const byRef = new Map(entities.map(it => [stringifyEntityRef(it), it]));
  return [
    mockServices.rootConfig.factory({
      data: { permission: { enabled: true } },
    }),
    permissionBackend,
    rememberingHttpAuth,
    createBackendModule({
      pluginId: 'permission',
      moduleId: 'policy-of-test',
      register(env) {
        env.registerInit({
          deps: { extension: policyExtensionPoint },
          async init({ extension }) {
            extension.setPolicy(policy);
          },
        });
      },
    }),
    createBackendPlugin({
      pluginId: 'catalog',
      register(env) {
        env.registerInit({
          deps: { permissionsRegistry: coreServices.permissionsRegistry },
          async init({ permissionsRegistry }) {
            permissionsRegistry.addResourceType({
              resourceRef: catalogEntityPermissionResourceRef,
              permissions: [catalogEntityReadPermission],
              rules: [isEntityOwner],
              getResources: async refs => refs.map(ref => byRef.get(ref)),
            });
          },
        });
      },
    }),
  ];
}

type Decide = (permission: PolicyQuery['permission']) => PolicyDecision;

const allow: Decide = () => ({ result: AuthorizeResult.ALLOW });
const deny: Decide = () => ({ result: AuthorizeResult.DENY });

/** What belongs to entities of these owners, and nothing else. */
export function ownerDecides(...owners: string[]): Decide {
  return permission =>
    isResourcePermission(permission, RESOURCE_TYPE_CATALOG_ENTITY)
      ? catalog.createConditionalDecision(
          permission,
          catalog.conditions.isEntityOwner({ claims: owners }),
        )
      : deny(permission);
}

/** All clusters and hubs, but nothing of any entity. */
export const platformDecides: Decide = permission =>
  isResourcePermission(permission, RESOURCE_TYPE_CATALOG_ENTITY)
    ? deny(permission)
    : allow(permission);

/** Clusters by a condition, and no hub. */
export function clustersDecide(
  conditions: Parameters<typeof createArgocdHubClusterConditionalDecision>[1],
): Decide {
  return permission =>
    isResourcePermission(permission, RESOURCE_TYPE_ARGOCD_HUB_CLUSTER)
      ? createArgocdHubClusterConditionalDecision(permission, conditions)
      : deny(permission);
}

/** One hub with its clusters. */
export function hubDecides(hub: string): Decide {
  const hubs = [hub];
  const ofClusters = clustersDecide(argocdHubClusterConditions.inHub({ hubs }));
  return permission =>
    isResourcePermission(permission, RESOURCE_TYPE_ARGOCD_HUB_HUB)
      ? createArgocdHubHubConditionalDecision(
          permission,
          argocdHubHubConditions.inHub({ hubs }),
        )
      : ofClusters(permission);
}

/** A policy that asks what was decided for each user; others may do nothing. */
export class TablePolicy implements PermissionPolicy {
  readonly #users: Record<string, Decide>;

  /** @param users - by full ref */
  constructor(users: Record<string, Decide>) {
    this.#users = users;
  }

  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    const decide = this.#users[user?.info.userEntityRef ?? ''] ?? deny;
    return decide(permission);
  }
}
