import { jsonPatch } from '../../../spoke/jsonPatch';
import { mergePatch } from '../../../spoke/patch';
import type { Application, ApplicationSpec } from '../../../types/argocd';
import { ApiError, Code, invalidArgument } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { readApplication, readSpec } from './body';
import { flagOr, validateAndUpdate } from './create';
import { findApplication, rbacName } from './find';
import { wrapped } from '../../wrapped';

interface PatchBody {
  patch?: string;
  patchType?: string;
  appNamespace?: string;
  project?: string;
}

/** `PUT /api/v1/applications/{name}`: spec, labels, annotations and finalizers. */
export async function update(request: HubRequest): Promise<Application> {
  const app = readApplication(request.body());
  app.metadata.name = request.params.name;
  const { name, namespace } = app.metadata;
  const object = rbacName(app.spec.project || 'default', namespace, name);
  request.enforce('applications', 'update', object);
  return validateAndUpdate(request, app, {
    validate: flagOr(request, 'validate', true),
    project: request.query('project'),
  });
}

/** `PUT /api/v1/applications/{name}/spec`. */
export async function updateSpec(
  request: HubRequest,
): Promise<ApplicationSpec> {
  const { entry } = findApplication(request, {
    action: 'update',
    from: 'live',
  });
  const spec = readSpec(request.body());
  try {
    const updated = await validateAndUpdate(
      request,
      { ...entry.object, spec },
      {
        validate: flagOr(request, 'validate', true),
        project: request.query('project'),
      },
    );
    return updated.spec;
  } catch (error) {
    throw wrapped('error validating and updating app: ', error);
  }
}

/** `PATCH /api/v1/applications/{name}`: a JSON patch, or a merge patch. */
export async function patch(request: HubRequest): Promise<Application> {
  const body = request.body<PatchBody>();
  const { entry } = findApplication(request, {
    namespace: body.appNamespace ?? '',
    project: body.project ?? '',
    from: 'live',
  });
  request.enforce('applications', 'update', entry.facts.rbacObject);
  const patched = readApplication(applied(entry.object, body));
  return validateAndUpdate(request, patched, {
    validate: true,
    project: body.project ?? '',
  });
}

function applied(app: Application, body: PatchBody): unknown {
  const { patch: text = '', patchType = '' } = body;
  if (patchType === 'merge') {
    const parsed = parse(text, 'error calculating merge patch: ');
    return mergePatch(app as never, parsed as never);
  }
  if (patchType !== 'json' && patchType !== '') {
    throw invalidArgument(`Patch type '${patchType}' is not supported`);
  }
  const operations = parse(text, 'error decoding json patch: ');
  try {
    return jsonPatch(app, operations);
  } catch (error) {
    throw new ApiError(
      Code.Unknown,
      `error applying patch: ${(error as Error).message}`,
    );
  }
}

function parse(text: string, prefix: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(Code.Unknown, `${prefix}invalid JSON Document`);
  }
}
