import type { IncomingMessage } from 'node:http';
import { badRequest } from '../status';
import type { User } from './Authenticator';
import { authorizeResource } from './authorize';
import type { Authorizer } from './Authorizer';

const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const EXTRA = 'impersonate-extra-';

/**
 * Who a request acts as: whom its headers name (`kubectl --as`), else its sender.
 * Throws 403 when the sender may not impersonate.
 */
export function impersonated(
  authorizer: Authorizer,
  sender: User,
  request: IncomingMessage,
): User {
  const headers = request.headersDistinct;
  const [username] = headers['impersonate-user'] ?? [];
  const given = headers['impersonate-group'] ?? [];
  const [uid] = headers['impersonate-uid'] ?? [];
  const extra = extras(headers);
  if (!username) {
    if (!given.length && !uid && !extra) return sender;
    throw badRequest('requested impersonation without impersonating a user');
  }
  const check = (resource: string, name: string, group = '') =>
    authorizeResource(authorizer, sender, {
      verb: 'impersonate',
      group,
      version: 'v1',
      resource,
      name,
    });
  const account = ACCOUNT.exec(username);
  if (account) {
    const [, namespace, name] = account;
    authorizeResource(authorizer, sender, {
      verb: 'impersonate',
      group: '',
      version: 'v1',
      resource: 'serviceaccounts',
      namespace,
      name,
    });
  } else check('users', username);
  for (const group of given) check('groups', group);
  if (uid) check('uids', uid, 'authentication.k8s.io');
  for (const [key, values] of Object.entries(extra ?? {})) {
    for (const value of values) {
      check(`userextras/${key}`, value, 'authentication.k8s.io');
    }
  }
  return {
    username,
    groups: groupsOf(username, given, account?.[1]),
    ...(uid && { uid }),
    ...(extra && { extra }),
  };
}

function groupsOf(
  username: string,
  given: readonly string[],
  namespace: string | undefined,
): string[] {
  if (username === 'system:anonymous') {
    return given.length ? [...given] : ['system:unauthenticated'];
  }
  const own =
    namespace && !given.length
      ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
      : given;
  return [...new Set([...own, 'system:authenticated'])];
}

function extras(
  headers: IncomingMessage['headersDistinct'],
): User['extra'] | undefined {
  const found = Object.entries(headers)
    .filter(([name]) => name.startsWith(EXTRA))
    .map(([name, values]) => [
      decodeURIComponent(name.slice(EXTRA.length)),
      values!,
    ]);
  return found.length ? Object.fromEntries(found) : undefined;
}
