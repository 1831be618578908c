import { CONTROL_PLANE } from '../../../state/names';
import { permitsNamespace } from '../../../state/projectGate';
import type { Application, AppProject } from '../../../types/argocd';
import {
  ApiError,
  Code,
  invalidArgument,
  permissionDenied,
} from '../../errors';
import { matchesGlob } from '../../../glob';
import type { HubRequest } from '../../HubRequest';
import type { ApplicationEntry } from '../../rendering';

/** Which application a call means, and what it wants with it. */
export interface Wanted {
  /** the action of RBAC; default `get` */
  action?: string;
  name?: string;
  /** default: the query's `appNamespace`, else where Argo CD itself is */
  namespace?: string;
  /** default: the query's `project` */
  project?: string;
  /** `live`: from the API server; `informer`: from the replica's copy */
  from: 'live' | 'informer';
}

export interface Found {
  entry: ApplicationEntry;
  project: AppProject;
}

/**
 * The application that a call names, with its project. Without a given project a
 * missing one and a forbidden one are the same bare 403; with one that the caller
 * may use, a missing application, and one of another project, is a 404.
 *
 * @throws ApiError 403, 404, or 400 when its project does not admit it
 */
export function findApplication(request: HubRequest, wanted: Wanted): Found {
  const { action = 'get', name = request.params.name, from } = wanted;
  const namespace =
    (wanted.namespace ?? request.query('appNamespace')) || CONTROL_PLANE;
  const project = wanted.project ?? request.query('project');
  const may = (object: string) => request.may('applications', action, object);
  if (project && !may(rbacName(project, namespace, name))) {
    throw permissionDenied();
  }
  const source = from === 'live' ? request.state : request.view;
  const entry = isNamespaceEnabled(request, namespace)
    ? source.applications.entry(name, namespace)
    : undefined;
  const hidden = project ? notFound(name) : permissionDenied();
  if (!entry) {
    throw isNamespaceEnabled(request, namespace) ? hidden : permissionDenied();
  }
  if (!may(entry.facts.rbacObject)) throw hidden;
  if (project && project !== entry.facts.project) throw hidden;
  return { entry, project: findProject(request, entry.object) };
}

/** The object of RBAC: the namespace counts outside the control plane. */
export function rbacName(
  project: string,
  namespace: string | undefined,
  name: string,
): string {
  return !namespace || namespace === CONTROL_PLANE
    ? `${project}/${name}`
    : `${project}/${namespace}/${name}`;
}

/** The project of an application; throws one 400 for everything that is wrong with it. */
export function findProject(
  { view }: HubRequest,
  { metadata, spec }: Application,
): AppProject {
  const project = view.projects.get(spec.project || 'default', CONTROL_PLANE);
  const { namespace = CONTROL_PLANE } = metadata;
  if (project && permitsNamespace(project, namespace)) return project;
  throw invalidArgument(
    `app is not allowed in project "${
      spec.project ?? ''
    }", or the project does not exist`,
  );
}

/** Whether Argo CD looks at the applications of a namespace (`application.namespaces`). */
export function isNamespaceEnabled(
  { state }: HubRequest,
  namespace: string,
): boolean {
  if (namespace === CONTROL_PLANE) return true;
  return state.applicationNamespaces.some(pattern => {
    const [, expression] = /^\/(.*)\/$/s.exec(pattern) ?? [];
    if (expression === undefined) return matchesGlob(pattern, namespace);
    return new RegExp(expression).test(namespace);
  });
}

export function notFound(name: string): ApiError {
  const message = `applications.argoproj.io "${name}" not found`;
  return new ApiError(Code.NotFound, message);
}
