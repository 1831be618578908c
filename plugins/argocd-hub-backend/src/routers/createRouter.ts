import type {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import express, { type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { Exclusive } from '../clusters/exclusive';
import type { ArgocdHubConfig } from '../config';
import type { HubClient } from '../hub/types';
import type { ChangeKeys } from '../mapping/ChangeKeys';
import type { Claims } from '../mapping/Claims';
import type { PlacementFeed } from '../mapping/PlacementFeed';
import type { Store } from '../store/Store';
import { Access } from './access';
import { EstateReader } from '../estate/EstateReader';
import { createOnboardingRouter } from './clusterOnboarding';
import { createClustersRouter } from './clusters';
import { createDeploymentRouter } from './deployment';
import { createEntityDeploymentsRouter } from './entityDeployments';
import { mapErrors } from './errors';
import { createFleetRouter } from './fleet';
import { createHubsRouter } from './hubs';
import { createPlacementsRouter } from './placements';
import { createRefreshRouter } from './refresh';

/** Above every limit of a body's parts, so that those can name what is too long. */
const MAX_BODY = '1500kb';

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
  router.use(express.json({ limit: MAX_BODY }));
  router.use(createEntityDeploymentsRouter(shared));
  router.use(createHubsRouter(shared));
  router.use(createClustersRouter(shared));
  router.use(createFleetRouter(shared));
  router.use(createDeploymentRouter(shared));
  router.use(createPlacementsRouter(shared));
  router.use(createRefreshRouter(shared));
  router.use(createOnboardingRouter(shared));
  router.use(mapErrors(logger));
  return router;
}
