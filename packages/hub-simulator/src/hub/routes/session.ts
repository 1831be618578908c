import { tokenCookies } from '../cookies';
import { ApiError, Code } from '../errors';
import { checkType, type GoType } from '../goJson';
import type { HubRequest, Route } from '../HubRequest';
import type { Sessions } from '../Sessions';

const CREATE: GoType = {
  struct: 'SessionCreateRequest',
  fields: { username: 'string', password: 'string', token: 'string' },
};

/** `/api/v1/session`: logging in and out, and who one is. */
export function sessionRoutes(sessions: Sessions): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/session',
      open: true,
      handle: request => login(request, sessions),
    },
    {
      method: 'DELETE',
      path: '/api/v1/session',
      open: true,
      handle: () => ({}),
    },
    {
      method: 'GET',
      path: '/api/v1/session/userinfo',
      open: true,
      handle: userInfo,
    },
  ];
}

async function login(request: HubRequest, sessions: Sessions) {
  const body = request.body<Record<string, string | undefined>>();
  checkType(body, CREATE);
  const { username = '', password = '', token = '' } = body ?? {};
  if (token) {
    throw new ApiError(
      Code.Unauthenticated,
      'token-based session creation no longer supported. please upgrade argocd cli to v0.7+',
    );
  }
  if (!username || !password) {
    throw new ApiError(Code.Unauthenticated, 'no credentials supplied');
  }
  const made = await sessions.login(username, password);
  request.answerHeaders['set-cookie'] = tokenCookies(made);
  return { token: made };
}

function userInfo({ session }: HubRequest) {
  if (!session?.username) return {};
  const { username, issuer, groups } = session;
  return {
    loggedIn: true,
    username,
    iss: issuer,
    ...(groups?.length && { groups }),
  };
}
