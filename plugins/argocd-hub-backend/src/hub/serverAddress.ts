import { withoutCredentials } from 'backstage-plugin-argocd-hub-common';

/** A login before the host of an address that names no scheme. */
const LOGIN = /^(?![a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/i;

/**
 * The address of a cluster as it is kept, shown and compared: people write
 * logins into it. The hub itself goes by the address with the login.
 */
export function serverAddress(server: string): string {
  return withoutCredentials(server).replace(LOGIN, '');
}
