import { isDeepStrictEqual } from 'node:util';
import { renderApplications } from '../../controllers/applicationset/generate';
import { matchesSelector, parseSelector } from '../../labels';
import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import type { ApplicationSet } from '../../types/argocd';
import { ApiError, Code, invalidArgument } from '../errors';
import { type HubRequest, RawJson, type Route } from '../HubRequest';

/** `/api/v1/applicationsets`. */
export const applicationSetRoutes: Route[] = [
  { method: 'GET', path: '/api/v1/applicationsets', handle: list },
  { method: 'POST', path: '/api/v1/applicationsets', handle: create },
  {
    method: 'POST',
    path: '/api/v1/applicationsets/generate',
    handle: preview,
  },
  { method: 'GET', path: '/api/v1/applicationsets/:name', handle: get },
  { method: 'DELETE', path: '/api/v1/applicationsets/:name', handle: remove },
];

function list(request: HubRequest): unknown {
  const { state } = request;
  const projects = request.queryAll('projects');
  const text = request.query('selector');
  const selector = text ? parseSelector(text) : undefined;
  const items = state.applicationSets
    .list()
    .filter(
      set =>
        (!projects.length || projects.includes(projectOf(set))) &&
        (!selector || matchesSelector(selector, set.metadata.labels)) &&
        request.may('applicationsets', 'get', objectOf(set)),
    );
  return { metadata: { resourceVersion: state.revisions.last }, items };
}

function get(request: HubRequest): unknown {
  const set = find(request);
  request.enforce('applicationsets', 'get', objectOf(set));
  return set;
}

function create(request: HubRequest): unknown {
  const { state } = request;
  const set = read(request, request.body<ApplicationSet>());
  request.enforce('applicationsets', 'create', objectOf(set));
  const { name, namespace } = set.metadata;
  if (request.flag('dryRun')) {
    const resources = attempt(state, set).map(app => ({
      group: 'argoproj.io',
      version: 'v1alpha1',
      kind: 'Application',
      name: app.metadata.name,
      namespace: app.metadata.namespace,
    }));
    return { ...set, status: { resources } };
  }
  const existing = state.applicationSets.get(name, namespace);
  if (!existing) return state.applicationSets.create(set);
  if (isDeepStrictEqual(existing.spec, set.spec)) {
    return existing;
  }
  if (!request.flag('upsert')) {
    throw invalidArgument(
      'existing ApplicationSet spec is different, use upsert flag to force update',
    );
  }
  request.enforce('applicationsets', 'update', objectOf(set));
  return state.applicationSets.update(name, namespace, draft => {
    const { labels, annotations, finalizers } = set.metadata;
    draft.spec = set.spec;
    draft.metadata.labels = { ...draft.metadata.labels, ...labels };
    draft.metadata.annotations = {
      ...draft.metadata.annotations,
      ...annotations,
    };
    draft.metadata.finalizers = finalizers;
  });
}

/** Runs the generators and saves nothing. */
function preview(request: HubRequest): unknown {
  const { applicationSet } = request.body<{
    applicationSet?: ApplicationSet;
  }>();
  if (!applicationSet) {
    throw invalidArgument(
      'error generating ApplicationSets: ApplicationSets is nil in request',
    );
  }
  const set = read(request, applicationSet);
  request.enforce('applicationsets', 'create', objectOf(set));
  return { applications: attempt(request.state, set) };
}

function remove(request: HubRequest): unknown {
  const set = find(request);
  request.enforce('applicationsets', 'delete', objectOf(set));
  request.state.applicationSets.delete(
    set.metadata.name,
    set.metadata.namespace,
  );
  return new RawJson('{}');
}

/** A missing set is 404, unlike a missing application. */
function find(request: HubRequest): ApplicationSet {
  const { name } = request.params;
  const namespace = request.query('appsetNamespace') || CONTROL_PLANE;
  const set = request.state.applicationSets.get(name, namespace);
  if (set) return set;
  throw new ApiError(
    Code.NotFound,
    `error getting ApplicationSet: applicationsets.argoproj.io "${name}" not found`,
  );
}

/** Checks what the API refuses before anything else. */
function read({ state }: HubRequest, set: ApplicationSet): ApplicationSet {
  const project = set.spec?.template?.spec?.project;
  if (!set.metadata?.name || !set.spec?.generators) {
    throw invalidArgument(
      'error creating ApplicationSets: ApplicationSets is nil in request',
    );
  }
  if (project === undefined || project.includes('{{')) {
    throw new ApiError(
      Code.Unknown,
      'error validating ApplicationSets: the Argo CD API does not currently support creating ApplicationSets with templated `project` fields',
    );
  }
  if (!state.projects.get(projectOf(set), CONTROL_PLANE)) {
    throw invalidArgument(
      `error validating ApplicationSets: appprojects.argoproj.io "${project}" not found`,
    );
  }
  const { apiVersion, kind, status, ...rest } = set;
  const namespace = set.metadata.namespace || CONTROL_PLANE;
  return { ...rest, metadata: { ...set.metadata, namespace }, status: {} };
}

function attempt(state: HubState, set: ApplicationSet) {
  try {
    return renderApplications(state, set);
  } catch (error) {
    throw new ApiError(
      Code.Unknown,
      `unable to generate Applications of ApplicationSet: ${
        (error as Error).message
      }`,
    );
  }
}

function projectOf(set: ApplicationSet): string {
  return set.spec.template.spec.project || 'default';
}

function objectOf(set: ApplicationSet): string {
  return `${projectOf(set)}/${set.metadata.name}`;
}
