import type { AppProject } from '../types/argocd';

/** A role of a project, as its spec has it. */
export interface ProjectRole {
  name: string;
  description?: string;
  policies?: string[];
  groups?: string[];
  jwtTokens?: ProjectToken[];
}

/** What a project keeps of a token that it has handed out. */
export interface ProjectToken {
  /** seconds since 1970 */
  iat: number;
  exp?: number;
  id?: string;
}

type TokensByRole = Record<string, { items?: ProjectToken[] } | undefined>;

export function rolesOf({ spec }: AppProject): ProjectRole[] {
  return (spec.roles as ProjectRole[] | undefined) ?? [];
}

/** A token of a role by its id or, for an old one, by the time it was issued. */
export function findProjectToken(
  project: AppProject,
  role: string,
  { issuedAt, id }: { issuedAt: number; id: string },
): ProjectToken | undefined {
  const tokens = tokensOf(project, role);
  return (
    (id ? tokens.find(token => token.id === id) : undefined) ??
    tokens.find(token => token.iat === issuedAt)
  );
}

/**
 * A project whose tokens stand both in its spec and in its status, the newest
 * first, as Argo CD writes and answers it.
 */
export function withTokens(
  project: AppProject,
  change: (role: string, tokens: ProjectToken[]) => ProjectToken[] = (
    _,
    tokens,
  ) => tokens,
): AppProject {
  const roles = rolesOf(project);
  if (!roles.length) return project;
  const byRole: TokensByRole = {};
  const filled = roles.map(role => {
    const known = tokensOf(project, role.name);
    const tokens = change(role.name, known).sort((a, b) => b.iat - a.iat);
    byRole[role.name] = tokens.length ? { items: tokens } : {};
    const { jwtTokens: _, ...rest } = role;
    return { ...rest, ...(tokens.length && { jwtTokens: tokens }) };
  });
  return {
    ...project,
    spec: { ...project.spec, roles: filled },
    status: { ...project.status, jwtTokensByRole: byRole },
  };
}

function tokensOf(project: AppProject, role: string): ProjectToken[] {
  const inStatus = project.status?.jwtTokensByRole as TokensByRole | undefined;
  const found = rolesOf(project).find(({ name }) => name === role);
  const all = [...(inStatus?.[role]?.items ?? []), ...(found?.jwtTokens ?? [])];
  const byId = new Map(
    all.map(token => {
      const id = token.id || String(token.iat);
      return [id, { ...token, id }];
    }),
  );
  return [...byId.values()];
}
