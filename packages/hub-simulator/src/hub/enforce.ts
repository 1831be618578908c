import type { HubState } from '../state/HubState';
import { CONTROL_PLANE } from '../state/names';
import type { AppProject } from '../types/argocd';
import { ApiError, Code } from './errors';
import { rolesOf } from './projectTokens';
import type { Session } from './Sessions';

export interface Permission {
  resource: string;
  action: string;
  object: string;
}

/** Asked for with every object of a list. */
const policies = new WeakMap<AppProject, string>();
const IN_PROJECTS = [
  'applications',
  'applicationsets',
  'clusters',
  'exec',
  'logs',
  'repositories',
];

/**
 * Whether a session may do something: by the default role, by its own name and
 * the policies of the project that the object lies in, or by one of its groups.
 */
export function isAllowed(
  state: HubState,
  session: Session | undefined,
  permission: Permission,
): boolean {
  const { rbac } = state;
  if (rbac.allowsEveryone(permission)) return true;
  if (!session?.username) return false;
  const project = projectOf(state, permission);
  const own = projectOfSubject(session.username);
  // The token of a project has nothing to say in another one.
  if (own && project && project.metadata.name !== own) return false;
  const policy = project && projectPolicy(project);
  if (rbac.permits(session.username, permission, policy)) return true;
  return !!session.groups?.some(group =>
    rbac.permits(group, permission, policy),
  );
}

/** Throws 403 with Argo CD's sentence. */
export function enforce(
  state: HubState,
  session: Session | undefined,
  permission: Permission,
): void {
  if (isAllowed(state, session, permission)) return;
  const { resource, action, object } = permission;
  const parts = [resource, action, object];
  if (session?.username) {
    parts.push(`sub: ${session.username}`);
    const issued = new Date(session.issuedAt * 1000);
    parts.push(`iat: ${state.clock.timestamp(issued)}`);
  }
  throw new ApiError(
    Code.PermissionDenied,
    `permission denied: ${parts.join(', ')}`,
  );
}

/** The project of the subject of a project token, such as `proj:web:ci`. */
export function projectOfSubject(subject: string): string | undefined {
  if (!subject.startsWith('proj:')) return undefined;
  return /^proj:([^:]*):[^:]*$/.exec(subject)?.[1];
}

/** What the roles of a project add to the policy, as policy lines. */
function projectPolicy(project: AppProject): string {
  let policy = policies.get(project);
  if (policy === undefined) {
    policy = policyOf(project);
    policies.set(project, policy);
  }
  return policy;
}

function policyOf(project: AppProject): string {
  const { name } = project.metadata;
  return rolesOf(project)
    .flatMap(role => {
      const subject = `proj:${name}:${role.name}`;
      return [
        `p, ${subject}, projects, get, ${name}, allow`,
        ...(role.policies ?? []),
        ...(role.groups ?? []).map(group => `g, ${group}, ${subject}`),
      ];
    })
    .join('\n');
}

function projectOf(
  state: HubState,
  { resource, object }: Permission,
): AppProject | undefined {
  if (resource === 'projects') return state.projects.get(object, CONTROL_PLANE);
  const slash = object.indexOf('/');
  if (slash < 0 || !IN_PROJECTS.includes(resource)) return undefined;
  return state.projects.get(object.slice(0, slash), CONTROL_PLANE);
}
