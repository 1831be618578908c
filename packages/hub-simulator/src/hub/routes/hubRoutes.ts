import type { SpokeClient } from '../../net/SpokeClient';
import type { Route } from '../HubRequest';
import type { Sessions } from '../Sessions';
import { accountRoutes } from './account';
import { applicationDetailRoutes } from './applicationDetails';
import { applicationRoutes } from './applications';
import { applicationSetRoutes } from './applicationsets';
import { applicationWriteRoutes } from './applicationWrites';
import { clusterRoutes } from './clusters';
import { projectRoutes } from './projects';
import { sessionRoutes } from './session';
import { settingsRoutes } from './settings';
import { versionRoutes } from './version';

/** Every REST call that argocd-server answers here. */
export function hubRoutes(options: {
  sessions: Sessions;
  client: SpokeClient;
}): Route[] {
  const { sessions, client } = options;
  return [
    ...sessionRoutes(sessions),
    ...versionRoutes,
    ...settingsRoutes(sessions),
    ...accountRoutes(sessions),
    ...clusterRoutes(client),
    ...applicationRoutes,
    ...applicationDetailRoutes(client),
    ...applicationWriteRoutes,
    ...applicationSetRoutes,
    ...projectRoutes,
  ];
}
