import { randomUUID } from 'node:crypto';
import { CONTROL_PLANE } from '../../state/names';
import type { AccountRecord } from '../Accounts';
import { ApiError, Code, invalidArgument } from '../errors';
import { projectOfSubject } from '../enforce';
import { checkType, type GoType } from '../goJson';
import type { HubRequest, Route } from '../HubRequest';
import type { Sessions } from '../Sessions';

const RESOURCES = [
  'clusters',
  'projects',
  'applications',
  'applicationsets',
  'repositories',
  'write-repositories',
  'certificates',
  'accounts',
  'gpgkeys',
  'logs',
  'exec',
  'extensions',
];
const ACTIONS = [
  'get',
  'create',
  'update',
  'delete',
  'sync',
  'override',
  'action',
  'invoke',
];
const IN_PROJECTS = [
  'applications',
  'applicationsets',
  'logs',
  'exec',
  'clusters',
  'repositories',
];
const TOKEN: GoType = {
  struct: 'CreateTokenRequest',
  fields: { name: 'string', expiresIn: 'int64', id: 'string' },
};
const PASSWORD: GoType = {
  struct: 'UpdatePasswordRequest',
  fields: { newPassword: 'string', currentPassword: 'string', name: 'string' },
};

/** `/api/v1/account`: local accounts, their API keys and rights. */
export function accountRoutes(sessions: Sessions): Route[] {
  const path = '/api/v1/account';
  const bind = (handle: (request: HubRequest, own: Sessions) => unknown) => {
    return (request: HubRequest) => handle(request, sessions);
  };
  return [
    { method: 'GET', path: `${path}/can-i/:resource/:action/*`, handle: canI },
    { method: 'GET', path, handle: bind(list) },
    { method: 'GET', path: `${path}/:name`, handle: bind(get) },
    { method: 'PUT', path: `${path}/password`, handle: bind(setPassword) },
    { method: 'POST', path: `${path}/:name/token`, handle: bind(createToken) },
    {
      method: 'DELETE',
      path: `${path}/:name/token/:id`,
      handle: bind(deleteToken),
    },
  ];
}

function canI(request: HubRequest) {
  const { resource, action, '*': object } = request.params;
  if (!ACTIONS.includes(action)) {
    throw invalidArgument(`[${ACTIONS.join(' ')}] does not contain ${action}`);
  }
  if (!RESOURCES.includes(resource)) {
    throw invalidArgument(
      `[${RESOURCES.join(' ')}] does not contain ${resource}`,
    );
  }
  const value = request.may(resource, action, shortened(resource, object));
  return { value: value ? 'yes' : 'no' };
}

/** In the control plane's namespace an object is named without it. */
function shortened(resource: string, object: string): string {
  const parts = object.split('/');
  const isLong =
    IN_PROJECTS.includes(resource) &&
    parts.length === 3 &&
    parts[1] === CONTROL_PLANE;
  return isLong ? `${parts[0]}/${parts[2]}` : object;
}

function list(request: HubRequest, { accounts }: Sessions) {
  const items = accounts
    .list()
    .filter(({ name }) => isOwn(request, name) || mayAccount(request, name))
    .map(view);
  return items.length ? { items } : {};
}

function get(request: HubRequest, { accounts }: Sessions) {
  const { name } = request.params;
  checkAccount(request, 'get');
  return view(accounts.get(name));
}

function createToken(request: HubRequest, sessions: Sessions) {
  const { name } = request.params;
  const body = request.body<{ expiresIn?: number; id?: string }>();
  checkType(body, TOKEN);
  checkAccount(request, 'update');
  const { expiresIn = 0, id } = body;
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresAt = expiresIn > 0 ? issuedAt + expiresIn : 0;
  const key = { id: id || randomUUID(), issuedAt, expiresAt };
  sessions.accounts.addToken(name, key);
  return sessions.apiKey(name, key.id, expiresIn).then(token => ({ token }));
}

function deleteToken(request: HubRequest, { accounts }: Sessions) {
  const { name, id } = request.params;
  checkAccount(request, 'update');
  accounts.removeToken(name, id);
  return {};
}

async function setPassword(request: HubRequest, sessions: Sessions) {
  const body = request.body<Record<string, string | undefined>>();
  checkType(body, PASSWORD);
  const { newPassword = '', currentPassword = '', name = '' } = body;
  const username = request.session?.username ?? '';
  const changed = name || username;
  if (changed !== username) request.enforce('accounts', 'update', name);
  if (!name && projectOfSubject(username) !== undefined) {
    throw invalidArgument(
      `password can only be changed for local users, not user "${username}"`,
    );
  }
  try {
    await sessions.checkPassword(username, currentPassword);
  } catch {
    throw invalidArgument('current password does not match');
  }
  const { passwordPattern } = request.state.settings;
  if (!new RegExp(passwordPattern).test(newPassword)) {
    throw new ApiError(
      Code.Unknown,
      `new password does not match the following expression: ${passwordPattern}`,
    );
  }
  sessions.accounts.setPassword(changed, newPassword);
  return {};
}

/** Everybody may do everything with the own account. */
function checkAccount(request: HubRequest, action: 'get' | 'update'): void {
  const { name } = request.params;
  if (isOwn(request, name)) return;
  request.enforce('accounts', action, name);
}

function isOwn({ session }: HubRequest, name: string): boolean {
  return !!name && session?.username === name;
}

function mayAccount(request: HubRequest, name: string): boolean {
  return request.may('accounts', 'get', name);
}

function view({ name, enabled, capabilities, tokens }: AccountRecord) {
  const newestFirst = [...tokens].sort((a, b) => b.issuedAt - a.issuedAt);
  return {
    name,
    ...(enabled && { enabled }),
    ...(capabilities.length && { capabilities }),
    ...(newestFirst.length && {
      tokens: newestFirst.map(({ id, issuedAt, expiresAt }) => ({
        id,
        issuedAt,
        ...(expiresAt && { expiresAt }),
      })),
    }),
  };
}
