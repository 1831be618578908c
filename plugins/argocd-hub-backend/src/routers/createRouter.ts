import type {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { Exclusive } from '../clusters/exclusive';
import type { ArgocdHubConfig } from '../config';
import type { HubClient } from '../hub/types';
import type { ChangeKeys } from '../mapping/ChangeKeys';
import type { Claims } from '../mapping/Claims';
import type { PlacementFeed } from '../mapping/PlacementFeed';
import type { Store } from '../store/Store';
import { Access } from '../permissions/Access';
import { EstateReader } from '../estate/EstateReader';
import { createApplicationSetsRouter } from './applicationSets';
import { createOnboardingRouter } from './clusterOnboarding';
import { createClustersRouter } from './clusters';
import { createDeploymentRouter } from './deployment';
import { createEntitiesRouter } from './entities';
import { mapErrors } from './errors';
import { createExplainRouter } from './explain';
import { createFleetRouter } from './fleet';
import { createHubsRouter } from './hubs';
import { jsonBody } from './jsonBody';
import { createOpenApiRouter } from './openApi';
import { createPlacementsRouter } from './placements';
import { refuseDroppedKeys } from './refuseDroppedKeys';
import { createRefreshRouter } from './refresh';

export interface RouterOptions {
  config: ArgocdHubConfig;
  store: Store;
  mapping: { claims: Claims; changeKeys: ChangeKeys; feed: PlacementFeed };
  /** By the name of their hub; only what is asked for by a person calls them. */
  hubs: ReadonlyMap<string, HubClient>;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  /** For questions about many entities; see `batchedPermissions`. */
  batchedPermissions?: PermissionsService;
  /** Filled by `registerPermissions`. */
  permissionsRegistry: Pick<PermissionsRegistryService, 'getPermissionRuleset'>;
  /** Whether the permission framework is on. */
  permissionsEnabled: boolean;
  auditor: AuditorService;
  logger: LoggerService;
  /** Default: one of its own. */
  estates?: EstateReader;
  /** Milliseconds since the epoch; another clock for tests. */
  now?: () => number;
}

/** Everything under `/api/argocd-hub`. */
export function createRouter(options: RouterOptions): Router {
  const { config, store, mapping, logger, now } = options;
  const shared = {
    ...options,
    ...mapping,
    access: new Access(options),
    estates: options.estates ?? new EstateReader({ config, store, now }),
    exclusive: new Exclusive(store.leases),
  };
  const router = PromiseRouter();
  router.use(refuseDroppedKeys);
  router.use(jsonBody());
  router.use(createEntitiesRouter(shared));
  router.use(createExplainRouter(shared));
  router.use(createHubsRouter(shared));
  router.use(createClustersRouter(shared));
  router.use(createFleetRouter(shared));
  router.use(createDeploymentRouter(shared));
  router.use(createApplicationSetsRouter(shared));
  router.use(createPlacementsRouter(shared));
  router.use(createRefreshRouter(shared));
  router.use(createOnboardingRouter(shared));
  router.use(createOpenApiRouter(shared));
  router.use(mapErrors(logger));
  return router;
}
