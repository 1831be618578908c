import { CONTROL_PLANE } from '../../state/names';
import { ApiError, Code } from '../errors';
import { FieldFilter } from '../FieldFilter';
import type { HubRequest, Route } from '../HubRequest';

/** `/api/v1/projects`. */
export const projectRoutes: Route[] = [
  { method: 'GET', path: '/api/v1/projects', handle: list },
  { method: 'GET', path: '/api/v1/projects/:name', handle: get },
];

function list(request: HubRequest): unknown {
  const { state } = request;
  const items = state.projects
    .list()
    .filter(({ metadata }) => request.may('projects', 'get', metadata.name));
  const metadata = { resourceVersion: state.revisions.last };
  const filter = FieldFilter.parse(request.query('fields'));
  const answer = { metadata, items };
  return filter ? filter.apply(answer) : answer;
}

function get(request: HubRequest): unknown {
  const { name } = request.params;
  request.enforce('projects', 'get', name);
  const project = request.state.projects.get(name, CONTROL_PLANE);
  if (project) return project;
  throw new ApiError(
    Code.NotFound,
    `appprojects.argoproj.io "${name}" not found`,
  );
}
