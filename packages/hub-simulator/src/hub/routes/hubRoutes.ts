import type { SpokeClient } from '../../net/SpokeClient';
import type { Route } from '../HubRequest';
import type { Sessions } from '../Sessions';
import { accountRoutes } from './account';
import { applicationRoutes } from './applications/applicationRoutes';
import { applicationSetRoutes } from './applicationsets';
import { clusterRoutes } from './clusters';
import { notificationRoutes } from './notifications';
import { projectRoutes } from './projects';
import { projectTokenRoutes } from './projectTokens';
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
    ...applicationRoutes(client),
    ...applicationSetRoutes,
    ...projectRoutes,
    ...projectTokenRoutes(sessions),
    ...notificationRoutes,
  ];
}
