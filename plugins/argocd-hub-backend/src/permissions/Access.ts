import type {
  BackstageCredentials,
  HttpAuthService,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import {
  AuthorizeResult,
  type BasicPermission,
  type PolicyDecision,
  type ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  clusterReadPermission,
  hubReadPermission,
  PLUGIN_ID,
} from 'backstage-plugin-argocd-hub-common';
import {
  argocdHubClusterPermissionResourceRef as clusterResource,
  argocdHubHubPermissionResourceRef as hubResource,
} from 'backstage-plugin-argocd-hub-node';
import type { Request } from 'express';
import type { ClusterCriteria } from '../store/ClusterStore';
import type { Store } from '../store/Store';
import { ClusterScope, type Place } from './ClusterScope';
import { EntityPermissions } from './EntityPermissions';
import { VisibleClusters } from './VisibleClusters';

type EntityPermission = ResourcePermission<'catalog-entity'>;
type ClusterPermission = ResourcePermission<
  typeof clusterResource.resourceType
>;

/** Who may see what. Everything that is not clearly allowed is refused. */
export class Access {
  readonly #httpAuth: HttpAuthService;
  readonly #permissions: PermissionsService;
  readonly #entities: EntityPermissions;
  readonly #registry: Pick<PermissionsRegistryService, 'getPermissionRuleset'>;
  readonly #store: Pick<Store, 'clusters'>;
  readonly #logger: LoggerService;

  constructor(options: {
    httpAuth: HttpAuthService;
    permissions: PermissionsService;
    /** For questions about many entities; see `batchedPermissions`. */
    batchedPermissions?: PermissionsService;
    /** With our resource types. */
    permissionsRegistry: Pick<
      PermissionsRegistryService,
      'getPermissionRuleset'
    >;
    store: Pick<Store, 'clusters'>;
    logger: LoggerService;
  }) {
    this.#logger = options.logger;
    this.#httpAuth = options.httpAuth;
    this.#permissions = options.permissions;
    this.#registry = options.permissionsRegistry;
    this.#store = options.store;
    this.#entities = new EntityPermissions({
      permissions: options.permissions,
      batched: options.batchedPermissions,
    });
  }

  /** Users and services. @throws AuthenticationError */
  async credentials(request: Request): Promise<BackstageCredentials> {
    return this.#httpAuth.credentials(request, { allow: ['user', 'service'] });
  }

  /** Other plugins only. @throws NotAllowedError */
  async service(request: Request): Promise<void> {
    await this.#httpAuth.credentials(request, { allow: ['service'] });
  }

  /**
   * For a new thing.
   *
   * @throws NotAllowedError
   */
  async collection(
    request: Request,
    permission: BasicPermission,
  ): Promise<BackstageCredentials> {
    const credentials = await this.credentials(request);
    const [decision] = await this.#checked(
      this.#permissions.authorize([{ permission }], { credentials }),
    );
    if (decision?.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError();
    }
    return credentials;
  }

  /**
   * For a list of clusters, or of what runs there: which of them may be told of.
   *
   * @throws NotAllowedError where it is none, whatever there is
   */
  async clusterList(
    request: Request,
  ): Promise<{ credentials: BackstageCredentials; visible: VisibleClusters }> {
    const credentials = await this.credentials(request);
    const scope = await this.#scope(clusterReadPermission, credentials);
    if (!scope) {
      throw new NotAllowedError();
    }
    return { credentials, visible: await scope.resolve() };
  }

  /** The clusters that the caller may read, and be it none. */
  async visibleClusters(
    credentials: BackstageCredentials,
  ): Promise<VisibleClusters> {
    const scope = await this.#scope(clusterReadPermission, credentials);
    return scope ? scope.resolve() : VisibleClusters.none;
  }

  /**
   * For one cluster: one that may not be seen answers like one that is not there.
   *
   * @throws NotFoundError
   */
  async cluster(
    request: Request,
    permission: ClusterPermission,
    place: Required<Place>,
  ): Promise<BackstageCredentials> {
    const credentials = await this.credentials(request);
    if (!(await this.mayAt(credentials, permission, place))) {
      throw new NotFoundError('Cluster not found');
    }
    return credentials;
  }

  /** Whether the caller may do this with a cluster, or with what goes to none. */
  async mayAt(
    credentials: BackstageCredentials,
    permission: ClusterPermission,
    place: Place,
  ): Promise<boolean> {
    const scope = await this.#scope(permission, credentials);
    return scope !== undefined && (await scope.has(place));
  }

  /**
   * For a list of hubs: tells which of them the caller may read.
   *
   * @throws NotAllowedError where it is none, whatever there is
   */
  async hubList(request: Request): Promise<(hub: string) => boolean> {
    const credentials = await this.credentials(request);
    const decision = await this.#decision(hubReadPermission, credentials);
    if (decision.result === AuthorizeResult.DENY) {
      throw new NotAllowedError();
    }
    return this.#hubsOf(decision);
  }

  /**
   * For what belongs to a catalog entity: the caller must be allowed to see the
   * entity itself, and to do `permission` with its deployments. One question
   * for both.
   *
   * @throws NotFoundError
   */
  async entity(
    request: Request,
    entityRef: string,
    permission: EntityPermission,
  ): Promise<BackstageCredentials> {
    const credentials = await this.credentials(request);
    const allowed = await this.entities(credentials, [entityRef], permission);
    if (!allowed.has(entityRef)) {
      throw entityNotFound(entityRef);
    }
    return credentials;
  }

  /** Those of many entities that the caller may see, and do this with their deployments. */
  async entities(
    credentials: BackstageCredentials,
    entityRefs: Iterable<string>,
    permission: EntityPermission,
  ): Promise<Set<string>> {
    return this.#checked(
      this.#entities.allowed(entityRefs, permission, credentials),
    );
  }

  /** Undefined: no cluster, whatever there is. */
  async #scope(
    permission: ClusterPermission,
    credentials: BackstageCredentials,
  ): Promise<ClusterScope | undefined> {
    const { clusters } = this.#store;
    const decision = await this.#decision(permission, credentials);
    switch (decision.result) {
      case AuthorizeResult.ALLOW:
        return new ClusterScope(clusters);
      case AuthorizeResult.CONDITIONAL: {
        const { conditions } = decision;
        const criteria: ClusterCriteria = this.#applied(() =>
          createConditionTransformer(
            this.#registry.getPermissionRuleset(clusterResource),
          )(conditions),
        );
        return new ClusterScope(clusters, criteria);
      }
      default:
        return undefined;
    }
  }

  #hubsOf(decision: PolicyDecision): (hub: string) => boolean {
    const isAllowed = createConditionAuthorizer(
      this.#registry.getPermissionRuleset(hubResource),
    );
    return name => this.#applied(() => isAllowed(decision, { name }));
  }

  async #decision(
    permission: ResourcePermission,
    credentials: BackstageCredentials,
  ): Promise<PolicyDecision> {
    const [decision] = await this.#checked(
      this.#permissions.authorizeConditional([{ permission }], { credentials }),
    );
    if (!decision) {
      return { result: AuthorizeResult.DENY };
    }
    if (
      decision.result === AuthorizeResult.CONDITIONAL &&
      (decision.pluginId !== PLUGIN_ID ||
        decision.resourceType !== permission.resourceType)
    ) {
      throw this.#unchecked(
        `The policy answered ${permission.name} with conditions of ${decision.pluginId} about ${decision.resourceType}`,
      );
    }
    return decision;
  }

  /** Conditions may hold rules that nobody knows, or parameters that fit none. */
  #applied<T>(apply: () => T): T {
    try {
      return apply();
    } catch (error) {
      throw this.#unchecked(stringifyError(error));
    }
  }

  async #checked<T>(asked: Promise<T>): Promise<T> {
    return asked.catch(error => {
      throw this.#unchecked(stringifyError(error));
    });
  }

  #unchecked(why: string): Error {
    this.#logger.error(`Permissions could not be checked: ${why}`);
    return new ServiceUnavailableError('Permissions could not be checked');
  }
}

/** The same words whether it is missing or may not be seen. */
export function entityNotFound(entityRef: string): NotFoundError {
  return new NotFoundError(`Entity ${entityRef} not found`);
}
