import type {
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import express, { type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { ArgocdHubConfig } from '../config';
import type { ChangeKeys } from '../mapping/ChangeKeys';
import type { Claims } from '../mapping/Claims';
import type { PlacementFeed } from '../mapping/PlacementFeed';
import type { Store } from '../store/types';
import { Access } from './access';
import { EstateReader } from './assemble/EstateReader';
import { createClustersRouter } from './clusters';
import { createEntityDeploymentsRouter } from './entityDeployments';
import { mapErrors } from './errors';
import { createFleetRouter } from './fleet';
import { createHubsRouter } from './hubs';
import { createPlacementsRouter } from './placements';

/** Bodies of ours are a kubeconfig at most. */
const MAX_BODY = '300kb';

export interface RouterOptions {
  config: ArgocdHubConfig;
  store: Store;
  mapping: { claims: Claims; changeKeys: ChangeKeys; feed: PlacementFeed };
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  logger: LoggerService;
  /** Routers of other parts, mounted before the errors are mapped. */
  others?: Router[];
  /** Milliseconds since the epoch; another clock for tests. */
  now?: () => number;
}

/** Everything under `/api/argocd-hub`. */
export function createRouter(options: RouterOptions): Router {
  const { config, store, mapping, now, others = [] } = options;
  const shared = {
    access: new Access(options),
    estates: new EstateReader({ config, store, now }),
    store,
    ...mapping,
  };
  const router = PromiseRouter();
  router.use(express.json({ limit: MAX_BODY }));
  router.use(createEntityDeploymentsRouter(shared));
  router.use(createHubsRouter(shared));
  router.use(createClustersRouter(shared));
  router.use(createFleetRouter(shared));
  router.use(createPlacementsRouter(shared));
  others.forEach(other => router.use(other));
  router.use(mapErrors());
  return router;
}
