import type { Route } from '../HubRequest';
import { RawJson } from '../HubRequest';
import type { Sessions } from '../Sessions';

export const VERSION = 'v3.5.1+109ca7c';

/** Sessions, version, settings and what an account may do. */
export function sessionRoutes(sessions: Sessions): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/session',
      open: true,
      handle: async request => {
        const { username = '', password = '' } = request.body<{
          username?: string;
          password?: string;
        }>();
        return { token: await sessions.login(username, password) };
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/session',
      open: true,
      handle: () => new RawJson('{}'),
    },
    {
      method: 'GET',
      path: '/api/v1/session/userinfo',
      open: true,
      handle: ({ session }) =>
        session
          ? {
              loggedIn: true,
              username: session.username,
              iss: session.issuer,
            }
          : {},
    },
    {
      method: 'GET',
      path: '/api/version',
      open: true,
      handle: ({ session }) => ({
        Version: VERSION,
        ...(session && {
          BuildDate: '2026-08-12T00:00:00Z',
          GitCommit: '109ca7c',
          GitTreeState: 'clean',
          GoVersion: 'go1.26.0',
          Compiler: 'gc',
          Platform: 'linux/amd64',
          KustomizeVersion: 'v5.8.0',
          HelmVersion: 'v3.19.4',
          KubectlVersion: 'v0.34.0',
          JsonnetVersion: 'v0.21.0',
        }),
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/settings',
      open: true,
      handle: ({ session, state }) => ({
        url: state.url,
        appLabelKey: 'app.kubernetes.io/instance',
        trackingMethod: 'annotation',
        installationID: state.installationId,
        googleAnalytics: {},
        help: {},
        userLoginsDisabled: false,
        ...(session && {
          controllerNamespace: 'argocd',
          appsInAnyNamespaceEnabled: false,
          hydratorEnabled: false,
          syncWithReplaceAllowed: true,
          execEnabled: false,
        }),
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/account/can-i/:resource/:action/*',
      handle: request => {
        const { resource, action, '*': object } = request.params;
        return { value: request.may(resource, action, object) ? 'yes' : 'no' };
      },
    },
  ];
}
