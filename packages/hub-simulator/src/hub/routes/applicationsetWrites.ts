import {
  type GenerationError,
  renderApplications,
} from '../../controllers/applicationset/generate';
import { checkName } from '../../controllers/applicationset/names';
import { previewResources } from '../../controllers/applicationset/resourceStatus';
import { SetEvents } from '../../controllers/applicationset/SetEvents';
import { EMPTY_STATUS } from '../../controllers/application/status';
import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import type {
  ApplicationSet,
  GeneratedApplication,
} from '../../types/applicationset';
import { checkNamespace, objectOf, unknown } from '../applicationSetAccess';
import {
  readGenerateRequest,
  readSet,
  unknownGenerators,
} from '../applicationSetBody';
import { shapeSet, specText, storedSpec } from '../applicationSetShape';
import { ApiError, Code, invalidArgument } from '../errors';
import { type HubRequest, RawJson } from '../HubRequest';

const POLICIES = ['create-only', 'create-update', 'create-delete', 'sync'];
const NIL = 'error creating ApplicationSets: ApplicationSets is nil in request';

/** Creates a set, finds it there already, or with `upsert` changes it. */
export function createSet(request: HubRequest): unknown {
  const upserts = request.flag('upsert');
  const isDryRun = request.flag('dryRun');
  const set = readSet(request.body());
  if (!set) throw unknown(NIL);
  validate(set);
  const namespace = checkNamespace(set.metadata.namespace);
  mayCreate(request, set);
  if (isDryRun) {
    const resources = previewResources(attempt(request.state, set));
    const { apiVersion, kind } = set;
    const { status, ...shaped } = shapeSet(set);
    return { apiVersion, kind, ...shaped, status: { ...status, resources } };
  }
  const existing = request.state.applicationSets.get(
    set.metadata.name,
    namespace,
  );
  if (!existing) return shapeSet(store(request, set, namespace));
  if (areEqual(existing, set)) return shapeSet(existing);
  if (!upserts) {
    throw invalidArgument(
      'existing ApplicationSet spec is different, use upsert flag to force update',
    );
  }
  return shapeSet(replace(request, existing, set));
}

function store(
  request: HubRequest,
  set: ApplicationSet,
  namespace: string,
): ApplicationSet {
  checkStorable(set, 'error creating ApplicationSet');
  const { labels, annotations, finalizers, name } = set.metadata;
  const { metadata, status } = shapeSet({
    ...set,
    metadata: { name, namespace, labels, annotations, finalizers },
    status: {},
  });
  const stored = request.state.applicationSets.create({
    metadata,
    spec: storedSpec(set.spec),
    status,
  });
  tell(request, stored, 'ResourceCreated', 'created ApplicationSet');
  return stored;
}

/** What Kubernetes refuses by name or by the CRD; throws 400. */
function checkStorable({ metadata, spec }: ApplicationSet, task: string): void {
  const policy = spec.syncPolicy?.applicationsSync;
  try {
    checkName('ApplicationSet', metadata.name);
    const wrong = !spec.generators
      ? 'spec.generators: Invalid value: "null": spec.generators in body must be of type array: "null"'
      : policy !== undefined &&
        !POLICIES.includes(policy) &&
        `spec.syncPolicy.applicationsSync: Unsupported value: "${policy}": supported values: ${POLICIES.map(
          each => `"${each}"`,
        ).join(', ')}`;
    if (!wrong) return;
    throw new Error(
      `ApplicationSet.argoproj.io "${metadata.name}" is invalid: ${wrong}`,
    );
  } catch (error) {
    throw invalidArgument(`${task}: ${(error as Error).message}`);
  }
}

/** Spec and finalizers are replaced, labels and annotations merged. */
function replace(
  request: HubRequest,
  existing: ApplicationSet,
  set: ApplicationSet,
): ApplicationSet {
  request.enforce('applicationsets', 'update', objectOf(set));
  const { project } = existing.spec.template.spec;
  if (project !== set.spec.template.spec.project) {
    request.enforce('applicationsets', 'create', objectOf(set));
    request.enforce('applicationsets', 'update', objectOf(existing));
  }
  checkStorable(set, 'error updating ApplicationSets');
  const { name, namespace } = existing.metadata;
  const { labels, annotations, finalizers } = set.metadata;
  const updated = request.state.applicationSets.update(
    name,
    namespace,
    draft => {
      const { metadata } = draft;
      const before = specText(draft.spec);
      draft.spec = storedSpec(set.spec);
      if (specText(draft.spec) !== before) {
        metadata.generation = (metadata.generation ?? 1) + 1;
      }
      setOrDelete(metadata, 'labels', { ...metadata.labels, ...labels });
      setOrDelete(metadata, 'annotations', {
        ...metadata.annotations,
        ...annotations,
      });
      setOrDelete(metadata, 'finalizers', finalizers ?? []);
    },
  )!;
  tell(request, updated, 'ResourceUpdated', 'updated ApplicationSets spec');
  return updated;
}

/** Runs the generators and saves nothing. */
export function generateApplications(request: HubRequest): unknown {
  const set = readGenerateRequest(request.body());
  if (!set) throw unknown(NIL);
  checkNamespace(set.metadata.namespace);
  validate(set);
  mayCreate(request, set);
  const applications = attempt(request.state, set, '\n').map(app => ({
    ...app,
    status: EMPTY_STATUS,
  }));
  return applications.length ? { applications } : new RawJson('{}');
}

/** A set with finalizers goes once its controller has served them. */
export function deleteSet(request: HubRequest): unknown {
  const { state } = request;
  const { name } = request.params;
  const namespace = request.query('appsetNamespace') || CONTROL_PLANE;
  const set = state.applicationSets.get(name, namespace);
  if (!set) {
    throw new ApiError(
      Code.NotFound,
      `error getting ApplicationSets: applicationsets.argoproj.io "${name}" not found`,
    );
  }
  request.enforce('applicationsets', 'delete', objectOf(set));
  if (set.metadata.finalizers?.length) {
    state.applicationSets.update(name, namespace, draft => {
      draft.metadata.deletionTimestamp ??= state.clock.timestamp();
    });
  } else state.applicationSets.delete(name, namespace);
  tell(request, set, 'ResourceDeleted', 'deleted ApplicationSets');
  return new RawJson('{}');
}

function validate(set: ApplicationSet): void {
  const { project } = set.spec.template.spec;
  const problem = project.includes('{{')
    ? 'the Argo CD API does not currently support creating ApplicationSets with templated `project` fields'
    : unknownGenerators(set);
  if (problem) throw unknown(`error validating ApplicationSets: ${problem}`);
}

function mayCreate(request: HubRequest, set: ApplicationSet): void {
  request.enforce('applicationsets', 'create', objectOf(set));
  const { project } = set.spec.template.spec;
  if (!project) {
    throw unknown(
      `error checking create permissions for ApplicationSets ${set.metadata.name} : error getting ApplicationSet's project "": resource name may not be empty`,
    );
  }
  if (request.state.projects.get(project, CONTROL_PLANE)) return;
  throw invalidArgument(
    `ApplicationSet references project ${project} which does not exist`,
  );
}

function attempt(
  state: HubState,
  set: ApplicationSet,
  suffix = '',
): GeneratedApplication[] {
  try {
    return renderApplications(state, set);
  } catch (error) {
    const { message } = error as GenerationError;
    throw unknown(
      `unable to generate Applications of ApplicationSet: error generating applications: ${message}${suffix}`,
    );
  }
}

function areEqual(existing: ApplicationSet, set: ApplicationSet): boolean {
  const textOf = ({ metadata, spec }: ApplicationSet) => {
    const { labels, annotations, finalizers } = metadata;
    const map = (pairs = {}) => Object.entries(pairs).sort();
    return JSON.stringify([
      specText(spec),
      map(labels),
      map(annotations),
      finalizers ?? [],
    ]);
  };
  return textOf(existing) === textOf(set);
}

function tell(
  { state, session }: HubRequest,
  set: ApplicationSet,
  reason: string,
  action: string,
): void {
  const user = session?.username || 'Unknown user';
  SetEvents.of(state).recordCall(set, { reason, user, action });
}

function setOrDelete<T extends object, K extends keyof T>(
  target: T,
  key: K,
  value: T[K] & object,
): void {
  if (Object.keys(value).length) target[key] = value;
  else delete target[key];
}
