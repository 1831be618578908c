import { randomUUID } from 'node:crypto';
import { CONTROL_PLANE } from '../../state/names';
import type { AppProject } from '../../types/argocd';
import { ApiError, Code, invalidArgument } from '../errors';
import { checkType, type GoType } from '../goJson';
import { type HubRequest, parseInteger, type Route } from '../HubRequest';
import {
  type ProjectRole,
  type ProjectToken,
  rolesOf,
  withTokens,
} from '../projectTokens';
import type { Sessions } from '../Sessions';
import { findProject } from './projects';

const path = '/api/v1/projects/:project/roles/:role/token';
const CREATE: GoType = {
  struct: 'ProjectTokenCreateRequest',
  fields: {
    project: 'string',
    description: 'string',
    role: 'string',
    expiresIn: 'int64',
    id: 'string',
  },
};

/** Tokens of the roles of a project. */
export function projectTokenRoutes(sessions: Sessions): Route[] {
  return [
    { method: 'POST', path, handle: request => create(request, sessions) },
    { method: 'DELETE', path: `${path}/:iat`, handle: remove },
  ];
}

function create(request: HubRequest, sessions: Sessions): unknown {
  const body = request.body<{ expiresIn?: number; id?: string } | null>();
  checkType(body, CREATE);
  const { project: name, role: roleName } = request.params;
  const project = findProject(request, name);
  const role = roleOf(project, roleName);
  if (!role) {
    throw new ApiError(
      Code.NotFound,
      `project '${name}' does not have role '${roleName}'`,
    );
  }
  checkUpdate(request, name, role);
  const { expiresIn = 0, id: wanted } = body ?? {};
  if (wanted && role.jwtTokens?.some(({ id }) => id === wanted)) {
    throw invalidArgument(
      `rpc error: code = InvalidArgument desc = Token id '${wanted}' has been used. `,
    );
  }
  const id = wanted || randomUUID();
  const iat = Math.floor(Date.now() / 1000);
  const made: ProjectToken = {
    iat,
    ...(expiresIn > 0 && { exp: iat + expiresIn }),
    id,
  };
  store(request, project, roleName, tokens => [...tokens, made]);
  const subject = `proj:${name}:${roleName}`;
  return { token: sessions.projectToken(subject, id, expiresIn) };
}

/** A token that is not there is as good as removed. */
function remove(request: HubRequest): unknown {
  const { project: name, role: roleName } = request.params;
  const iat = issueTime(request.params.iat);
  const project = findProject(request, name);
  const role = roleOf(project, roleName);
  if (!role) return {};
  checkUpdate(request, name, role);
  const id = request.query('id');
  store(request, project, roleName, tokens => {
    const found =
      (id ? tokens.find(token => token.id === id) : undefined) ??
      tokens.find(token => token.iat === iat);
    return tokens.filter(token => token !== found);
  });
  return {};
}

function issueTime(text: string): number {
  try {
    return parseInteger(text, { isGiven: true });
  } catch (error) {
    throw invalidArgument(
      `type mismatch, parameter: iat, error: ${(error as Error).message}`,
    );
  }
}

function roleOf(project: AppProject, name: string): ProjectRole | undefined {
  return rolesOf(withTokens(project)).find(role => role.name === name);
}

/** Members of a role's groups may make its tokens, too. */
function checkUpdate(
  request: HubRequest,
  project: string,
  { groups = [] }: ProjectRole,
): void {
  const own = request.session?.groups ?? [];
  if (own.some(group => groups.includes(group))) return;
  request.enforce('projects', 'update', project);
}

function store(
  { state }: HubRequest,
  { metadata }: AppProject,
  roleName: string,
  change: (tokens: ProjectToken[]) => ProjectToken[],
): void {
  state.projects.update(metadata.name, CONTROL_PLANE, draft => {
    const changed = withTokens(draft, (role, tokens) =>
      role === roleName ? change(tokens) : tokens,
    );
    draft.spec = changed.spec;
    draft.status = changed.status;
  });
}
