import { REFRESH_ANNOTATION } from '../../controllers/application/ApplicationController';
import { matchesSelector, parseSelector } from '../../labels';
import { CONTROL_PLANE } from '../../state/names';
import type { Application } from '../../types/argocd';
import type { LabelSelector } from '../../types/kubernetes';
import { ApiError, Code, invalidArgument, permissionDenied } from '../errors';
import { trimListItem } from '../listFields';
import { type HubRequest, RawJson, type Route } from '../HubRequest';
import { type ApplicationEntry, fullBody } from '../rendering';

const COMMA = Buffer.from(',');

/** Listing and getting applications. */
export const applicationRoutes: Route[] = [
  { method: 'GET', path: '/api/v1/applications', handle: list },
  { method: 'GET', path: '/api/v1/applications/:name', handle: get },
];

/** The entry a call names; missing and forbidden are the same 403. */
export function findApplication(
  request: HubRequest,
  action = 'get',
  options: { namespace?: string; project?: string } = {},
): ApplicationEntry {
  const { name } = request.params;
  const namespace =
    options.namespace || request.query('appNamespace') || CONTROL_PLANE;
  const project = options.project || request.query('project');
  const entry = request.state.applications.entry(name, namespace);
  if (!entry) {
    const known =
      project && request.may('applications', action, `${project}/${name}`);
    if (!known) throw permissionDenied();
    throw new ApiError(
      Code.NotFound,
      `applications.argoproj.io "${name}" not found`,
    );
  }
  const { project: actual, rbacObject: object } = entry.facts;
  if (!request.may('applications', 'get', object)) throw permissionDenied();
  if (project && project !== actual) throw permissionDenied();
  request.enforce('applications', action, object);
  return entry;
}

function list(request: HubRequest): RawJson {
  const entries = select(request);
  const metadata = JSON.stringify({
    resourceVersion: request.state.revisions.last,
  });
  const fields = request.query('fields');
  if (!fields) {
    const head = Buffer.from(`{"metadata":${metadata},"items":[`);
    const bodies = separated(entries.map(({ bytes }) => bytes));
    return new RawJson([head, ...bodies, Buffer.from(']}')]);
  }
  if (fields.startsWith('-')) {
    throw new ApiError(Code.Unknown, 'field spec is not a map');
  }
  const names = fields.split(',');
  refuseSpecWithParts(names);
  const items = entries.map(entry =>
    entry.derive(`list ${fields}`, app =>
      JSON.stringify(trimListItem(app, names)),
    ),
  );
  if (!items.length) {
    return new RawJson(`{"items":null,"metadata":${metadata}}`);
  }
  const head = Buffer.from('{"items":[');
  const end = Buffer.from(`],"metadata":${metadata}}`);
  return new RawJson([head, ...separated(items), end]);
}

function separated(bodies: Buffer[]): Buffer[] {
  return bodies.flatMap((body, index) => (index ? [COMMA, body] : [body]));
}

/** Argo CD fails at random, as Go walks a map in any order; here always. */
function refuseSpecWithParts(names: string[]): void {
  const part = names.find(name => name.startsWith('items.spec.'));
  if (!part || !names.includes('items.spec')) return;
  const field = part.slice('items.'.length);
  throw new ApiError(Code.Unknown, `field ${field} is not a map`);
}

function select(request: HubRequest): ApplicationEntry[] {
  const name = request.query('name');
  const namespace = request.query('appNamespace');
  const repo = request.query('repo');
  const project = request.queryAll('project');
  const projects = project.length ? project : request.queryAll('projects');
  const selector = readSelector(request.query('selector'));
  const found = request.view.applications.entries().filter(entry => {
    const { facts } = entry;
    return (
      (!name || entry.name === name) &&
      (!namespace || entry.namespace === namespace) &&
      (!projects.length || projects.includes(facts.project)) &&
      (!repo || facts.repository === repo) &&
      (!selector || matchesSelector(selector, entry.labels)) &&
      request.may('applications', 'get', facts.rbacObject)
    );
  });
  return name ? found.slice(0, 1) : found;
}

function readSelector(text: string): LabelSelector | undefined {
  if (!text) return undefined;
  try {
    return parseSelector(text);
  } catch (error) {
    throw invalidArgument(
      `error parsing the selector: ${(error as Error).message}`,
    );
  }
}

/** With `refresh`, waits until the controller has looked, as long as that takes. */
async function get(request: HubRequest): Promise<RawJson> {
  const { state, url } = request;
  const entry = findApplication(request);
  if (!url.searchParams.has('refresh')) {
    return new RawJson(fullBody(state, entry));
  }
  const kind = request.query('refresh') === 'hard' ? 'hard' : 'normal';
  await refresh(request, entry.object, kind);
  return new RawJson(fullBody(state, findApplication(request)));
}

/** Asks the controller to look at an application, and waits until it has. */
export async function refresh(
  { state, signal }: HubRequest,
  { metadata: { name, namespace } }: Application,
  kind: 'normal' | 'hard',
): Promise<void> {
  const closers: (() => void)[] = [];
  const refreshed = new Promise<void>(resolve => {
    const unsubscribe = state.applications.subscribe(({ entry }) => {
      const { metadata } = entry.object;
      const isDone =
        metadata.name === name &&
        metadata.namespace === namespace &&
        !metadata.annotations?.[REFRESH_ANNOTATION];
      if (isDone) resolve();
    });
    signal.addEventListener('abort', () => resolve());
    closers.push(unsubscribe);
  });
  state.applications.update(name, namespace, draft => {
    draft.metadata.annotations = {
      ...draft.metadata.annotations,
      [REFRESH_ANNOTATION]: kind,
    };
  });
  await refreshed;
  closers.forEach(close => close());
}
