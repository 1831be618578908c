import { CONTROL_PLANE } from '../../../state/names';
import type { Application } from '../../../types/argocd';
import { ApiError, Code, invalidArgument } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { readApplication, isSame } from './body';
import {
  findApplication,
  findProject,
  isNamespaceEnabled,
  rbacName,
} from './find';
import { checkStorable, validateSpec } from './validate';
import { createApplication, updateApplication } from './write';

/** `POST /api/v1/applications`: an equal one that is there already is the answer. */
export async function create(request: HubRequest): Promise<Application> {
  const { state } = request;
  const app = readApplication(request.body());
  const { name, namespace: given } = app.metadata;
  const namespace = given || CONTROL_PLANE;
  const object = rbacName(app.spec.project || 'default', namespace, name);
  request.enforce('applications', 'create', object);
  const project = findProject(request, app);
  const current = state.applications.get(name, namespace);
  const spec = validateSpec(
    request,
    { app, project, current },
    {
      validate: flagOr(request, 'validate', true),
      prefix: 'error while validating and normalizing app: ',
    },
  );
  if (!isNamespaceEnabled(request, namespace)) {
    const message = `namespace '${namespace}' is not permitted`;
    throw new ApiError(Code.Unknown, message);
  }
  const { resourceVersion, ...metadata } = app.metadata;
  // An operation must go through the sync call.
  const wanted: Application = {
    metadata: { ...metadata, namespace },
    spec,
    status: app.status,
  };
  if (current) return idempotent(request, wanted, current);
  const prefix = 'error creating application: ';
  checkStorable(wanted, prefix);
  if (resourceVersion) {
    throw new ApiError(
      Code.Unknown,
      `${prefix}resourceVersion should not be set on objects to be created`,
    );
  }
  return createApplication(request, wanted);
}

async function idempotent(
  request: HubRequest,
  wanted: Application,
  current: Application,
): Promise<Application> {
  const { name, namespace } = current.metadata;
  const existing = request.view.applications.get(name, namespace);
  if (!existing) {
    throw new ApiError(
      Code.Internal,
      `unable to check existing application details (${namespace}): application.argoproj.io "${name}" not found`,
    );
  }
  if (isSame(comparable(existing), comparable(wanted))) return existing;
  if (!request.flag('upsert')) {
    throw invalidArgument(
      'existing application spec is different, use upsert flag to force update',
    );
  }
  const object = rbacName(wanted.spec.project, namespace, name);
  request.enforce('applications', 'update', object);
  return updateApplication(request, { current, wanted, merges: true });
}

/** What makes two applications the same to a create. */
function comparable({ metadata, spec }: Application) {
  const { labels, annotations, finalizers } = metadata;
  return { spec, labels, annotations, finalizers };
}

/** A boolean parameter with a default of its own. */
export function flagOr(
  request: HubRequest,
  name: string,
  fallback: boolean,
): boolean {
  return request.query(name) ? request.flag(name) : fallback;
}

/** What update and patch share: the checks, then the write. */
export async function validateAndUpdate(
  request: HubRequest,
  app: Application,
  options: { validate: boolean; project: string },
): Promise<Application> {
  const { name, namespace } = app.metadata;
  const found = findApplication(request, {
    action: 'update',
    name,
    namespace: namespace || CONTROL_PLANE,
    project: options.project,
    from: 'live',
  });
  const current = found.entry.object;
  const { project } = found;
  const spec = validateSpec(
    request,
    { app, project, current },
    {
      validate: options.validate,
      prefix: 'error validating and normalizing app: ',
    },
  );
  const wanted = { ...app, spec };
  return updateApplication(request, { current, wanted, merges: false });
}
