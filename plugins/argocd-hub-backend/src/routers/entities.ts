import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { ApplicationChanges } from '../estate/ApplicationChanges';
import { EntityAnswers } from '../estate/EntityAnswers';
import { EntityHistory } from '../estate/EntityHistory';
import { EntityRollups } from '../estate/EntityRollups';
import type { EstateReader } from '../estate/EstateReader';
import type { ChangeKeys } from '../mapping/ChangeKeys';
import type { Claims } from '../mapping/Claims';
import type { Store } from '../store/Store';
import type { Access } from '../permissions/Access';
import { createEntityDeploymentsRouter } from './entityDeployments';
import { createHistoryRouter } from './history';
import { createRollupsRouter } from './rollups';

/** What entities have: deployments, roll-ups of many, and a history. */
export function createEntitiesRouter(options: {
  access: Access;
  claims: Claims;
  changeKeys: ChangeKeys;
  estates: EstateReader;
  store: Store;
}): Router {
  const { access } = options;
  const changes = new ApplicationChanges(options.store.applications);
  const answers = new EntityAnswers({ ...options, changes });
  const rollups = new EntityRollups({ ...options, answers, changes });
  const history = new EntityHistory(options);
  const router = PromiseRouter();
  router.use(createEntityDeploymentsRouter({ access, answers }));
  router.use(createRollupsRouter({ access, rollups }));
  router.use(createHistoryRouter({ access, history }));
  return router;
}
