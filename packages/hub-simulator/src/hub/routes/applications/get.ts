import { REFRESH_ANNOTATION } from '../../../controllers/application/refresh';
import type { Application } from '../../../types/argocd';
import { ApiError, Code, invalidArgument } from '../../errors';
import { type HubRequest, RawJson } from '../../HubRequest';
import { type ApplicationEntry, fullBody } from '../../rendering';
import { findApplication, notFound } from './find';

/**
 * `GET /api/v1/applications/{name}`: a live read. With `refresh`, even an empty
 * one, it waits until the controller has looked, as long as that takes.
 */
export async function get(request: HubRequest): Promise<RawJson> {
  const project = request.queryAll('project');
  const projects = project.length ? project : request.queryAll('projects');
  if (projects.length > 1) {
    throw invalidArgument(
      'multiple projects specified - the get endpoint accepts either zero or one project',
    );
  }
  const [only = ''] = projects;
  const { entry } = findApplication(request, { from: 'live', project: only });
  const { state, url } = request;
  if (!url.searchParams.has('refresh')) {
    return new RawJson(fullBody(state, entry));
  }
  const kind = request.query('refresh') === 'hard' ? 'hard' : 'normal';
  const refreshed = await refresh(request, entry.object, kind);
  return new RawJson(fullBody(state, refreshed));
}

/**
 * Asks the controller to look at an application, and waits until the answering
 * replica has seen that it did.
 *
 * @throws ApiError when the application is gone or the caller's time is up
 */
export async function refresh(
  { state, view, signal }: HubRequest,
  { metadata: { name, namespace } }: Application,
  kind: 'normal' | 'hard',
): Promise<ApplicationEntry> {
  let asked = Infinity;
  let stop = (): void => {};
  const refreshed = new Promise<ApplicationEntry>((resolve, reject) => {
    stop = view.applications.subscribe(({ entry }) => {
      const isOurs = entry.name === name && entry.namespace === namespace;
      if (!isOurs || entry.resourceVersion <= asked) return;
      const { annotations } = entry.object.metadata;
      if (annotations?.[REFRESH_ANNOTATION] === undefined) resolve(entry);
    });
    const message = 'application refresh deadline exceeded';
    signal.addEventListener('abort', () =>
      reject(new ApiError(Code.Unknown, message)),
    );
  });
  // The caller may also go away when nobody waits any more.
  refreshed.catch(() => {});
  try {
    const updated = state.applications.update(name, namespace, draft => {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        [REFRESH_ANNOTATION]: kind,
      };
      asked = state.applications.entry(name, namespace)!.resourceVersion;
    });
    if (!updated) {
      const { message } = notFound(name);
      throw new ApiError(
        Code.NotFound,
        `error refreshing the app: error patching annotations in application "${name}": ${message}`,
      );
    }
    return await refreshed;
  } finally {
    stop();
  }
}
