import { CONTROL_PLANE } from '../../state/names';
import type { HubRequest, Route } from '../HubRequest';
import type { Sessions } from '../Sessions';

/** `/api/v1/settings`: open, but with fewer fields for strangers. */
export function settingsRoutes(sessions: Sessions): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/settings',
      open: true,
      handle: request => settings(request, sessions),
    },
    {
      method: 'GET',
      path: '/api/v1/settings/plugins',
      handle: () => ({}),
    },
  ];
}

/** What is false or empty is left out, as in every generated Go struct. */
function settings({ session, state }: HubRequest, { accounts }: Sessions) {
  const { settings: own, version } = state;
  const isKnown = !!session?.username;
  // Before 3.3 everybody was told all of it.
  const tellsAll = isKnown || !version.isAtLeast('3.3');
  return {
    ...(state.url && { url: state.url }),
    appLabelKey: own.appLabelKey,
    ...(tellsAll &&
      own.resourceOverrides && { resourceOverrides: own.resourceOverrides }),
    googleAnalytics: {},
    kustomizeOptions: {},
    help: {},
    ...(!accounts.hasLogin && { userLoginsDisabled: true }),
    ...(tellsAll &&
      own.bannerContent && { uiBannerContent: own.bannerContent }),
    ...(tellsAll && { passwordPattern: own.passwordPattern }),
    trackingMethod: own.trackingMethod,
    ...(own.execEnabled && { execEnabled: true }),
    ...(tellsAll && { controllerNamespace: CONTROL_PLANE }),
    ...(state.applicationNamespaces.length && {
      appsInAnyNamespaceEnabled: true,
    }),
    ...(version.isAtLeast('3.0') &&
      state.installationId && { installationID: state.installationId }),
    ...(own.hydratorEnabled && { hydratorEnabled: true }),
    ...(version.isAtLeast('3.3') &&
      own.syncWithReplaceAllowed && { syncWithReplaceAllowed: true }),
  };
}
