import { openAt } from '../../controllers/application/syncWindows';
import { CONTROL_PLANE } from '../../state/names';
import type { AppProject } from '../../types/argocd';
import { readSecret } from '../clusters/Cluster';
import { sanitised } from '../clusters/clusterView';
import { ApiError, Code } from '../errors';
import { FieldFilter } from '../FieldFilter';
import { globalProjectsOf, virtualProject } from '../globalProjects';
import type { HubRequest, Route } from '../HubRequest';
import { withTokens } from '../projectTokens';

const path = '/api/v1/projects';

/** `/api/v1/projects`: reading them. */
export const projectRoutes: Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'GET', path: `${path}/:name`, handle: get },
  { method: 'GET', path: `${path}/:name/detailed`, handle: detailed },
  { method: 'GET', path: `${path}/:name/syncwindows`, handle: windows },
  { method: 'GET', path: `${path}/:name/globalprojects`, handle: globals },
  { method: 'GET', path: `${path}/:name/events`, handle: events },
  { method: 'GET', path: `${path}/:name/links`, handle: links },
];

/** A project that the caller may see, from Kubernetes itself; throws 403 and 404. */
export function findProject(request: HubRequest, name: string): AppProject {
  const project = request.state.projects.get(name, CONTROL_PLANE);
  if (project) return shaped(project);
  throw new ApiError(
    Code.NotFound,
    `appprojects.argoproj.io "${name}" not found`,
  );
}

function list(request: HubRequest): unknown {
  const { state } = request;
  const items = state.projects
    .list()
    .filter(({ metadata }) => request.may('projects', 'get', metadata.name))
    .map(shaped);
  const metadata = { resourceVersion: state.revisions.last };
  const filter = FieldFilter.parse(request.query('fields'));
  const answer = { metadata, items };
  return filter ? filter.apply(answer) : answer;
}

function get(request: HubRequest): unknown {
  const { name } = request.params;
  request.enforce('projects', 'get', name);
  return withTokens(findProject(request, name));
}

/** The project with what is scoped to it, nothing of which holds a credential. */
function detailed(request: HubRequest): unknown {
  const { state, view } = request;
  const { name } = request.params;
  request.enforce('projects', 'get', name);
  const project = view.projects.get(name, CONTROL_PLANE);
  if (!project) {
    throw new ApiError(
      Code.NotFound,
      `error getting app project "${name}": appproject.argoproj.io "${name}" not found`,
    );
  }
  const globalProjects = globalProjectsOf(state, project);
  const clusters = view.clusters
    .list()
    .filter(({ data }) => data.project === name)
    .map(secret => sanitised(readSecret(secret)));
  return {
    ...(globalProjects.length && {
      globalProjects: globalProjects.map(shaped),
    }),
    project: withTokens(shaped(virtualProject(project, globalProjects))),
    ...(clusters.length && { clusters }),
  };
}

/** The windows that are open now. */
function windows(request: HubRequest): unknown {
  const { name } = request.params;
  request.enforce('projects', 'get', name);
  const { spec } = findProject(request, name);
  const open = openAt(spec.syncWindows ?? [], Date.now());
  return open.length ? { windows: open } : {};
}

function globals(request: HubRequest): unknown {
  const { name } = request.params;
  request.enforce('projects', 'get', name);
  const project = findProject(request, name);
  const items = globalProjectsOf(request.state, project).map(shaped);
  return items.length ? { items } : {};
}

/** Kubernetes events are written about applications only. */
function events(request: HubRequest): unknown {
  const { name } = request.params;
  request.enforce('projects', 'get', name);
  findProject(request, name);
  const { last } = request.state.revisions;
  return { metadata: { resourceVersion: last }, items: [] };
}

/** No deep links are configured. */
function links(request: HubRequest): unknown {
  const { name } = request.params;
  if (!request.may('projects', 'get', name)) {
    throw new ApiError(Code.Unknown, `unauthorized access to project ${name}`);
  }
  findProject(request, name);
  return {};
}

/** As Go writes it: without its kind, and never without a status. */
function shaped(project: AppProject): AppProject {
  const { apiVersion: _, kind: __, ...rest } = project;
  return { ...rest, status: project.status ?? {} };
}
