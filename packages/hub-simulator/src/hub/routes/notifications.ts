import type { HubSettings } from '../../state/HubSettings';
import type { Route } from '../HubRequest';

type Kind = keyof HubSettings['notifications'];

const KINDS: Kind[] = ['triggers', 'services', 'templates'];

/** `/api/v1/notifications`: names only, for everybody with a session. */
export const notificationRoutes: Route[] = KINDS.map(kind => ({
  method: 'GET',
  path: `/api/v1/notifications/${kind}`,
  handle: ({ state }) => {
    const items = state.settings.notifications[kind].map(name => ({ name }));
    return items.length ? { items } : {};
  },
}));
