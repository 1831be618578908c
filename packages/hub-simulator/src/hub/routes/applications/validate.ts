import { loadTarget } from '../../../controllers/application/target';
import { matches } from '../../../state/projectGate';
import type {
  Application,
  ApplicationSpec,
  AppProject,
  Source,
} from '../../../types/argocd';
import { ApiError, Code, invalidArgument } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { findProject, rbacName } from './find';
import { sourcesOf } from './revisions';
import { wrapped } from '../../wrapped';

interface Checked {
  app: Application;
  project: AppProject;
  /** the stored application of that name, if there is one */
  current: Application | undefined;
}

/**
 * Checks a new or changed application as argocd-server does, and returns its
 * spec normalised. With `validate` the repository must also render.
 *
 * @param prefix - what stands before errors that have no status of their own
 * @throws ApiError 400 for a bad spec, 403 for a move between projects, 500 else
 */
export function validateSpec(
  request: HubRequest,
  checked: Checked,
  options: { validate: boolean; prefix: string },
): ApplicationSpec {
  const { app, current } = checked;
  try {
    checkNames(app);
    const project = moved(app, current)
      ? enforceMove(request, app, current!)
      : checked.project;
    checkDestination(request, app);
    if (options.validate) refuse(app, repositoryProblem(request, app));
    refuse(app, sourceProblem(app.spec, project));
    const { destination } = app.spec;
    refuse(app, request.state.refuseDestination(project, destination));
    return normalized(app.spec);
  } catch (error) {
    throw wrapped(options.prefix, error);
  }
}

function checkNames({ metadata, spec }: Application): void {
  if (!metadata.name) throw new Error('resource name may not be empty');
  const names = (spec.sources ?? []).flatMap(
    source => (source as Source & { name?: string }).name ?? [],
  );
  const duplicate = names.find((name, index) => names.indexOf(name) < index);
  if (!duplicate) return;
  throw new Error(
    `application ${metadata.name} has duplicate source name: ${duplicate}`,
  );
}

function moved(app: Application, current: Application | undefined): boolean {
  return (
    !!current &&
    (current.spec.project || 'default') !== (app.spec.project || 'default')
  );
}

/** Moving needs create in the new project and update in the old one. */
function enforceMove(
  request: HubRequest,
  app: Application,
  current: Application,
): AppProject {
  const { name, namespace } = current.metadata;
  const object = (project: string) =>
    rbacName(project || 'default', namespace, name);
  request.enforce('applications', 'create', object(app.spec.project));
  request.enforce('applications', 'update', object(current.spec.project));
  return findProject(request, app);
}

function checkDestination(
  { state }: HubRequest,
  { metadata, spec }: Application,
): void {
  try {
    state.resolve(spec.destination);
  } catch (error) {
    throw invalidArgument(
      `application destination spec for ${metadata.name} is invalid: ${
        (error as Error).message
      }`,
    );
  }
}

function refuse({ metadata }: Application, problem: string | undefined): void {
  if (!problem) return;
  throw invalidArgument(
    `application spec for ${metadata.name} is invalid: InvalidSpecError: ${problem}`,
  );
}

/** Whether the manifests can be made; only for repositories that are simulated. */
function repositoryProblem(
  { state }: HubRequest,
  app: Application,
): string | undefined {
  const [{ repoURL, path, chart }] = sourcesOf(app.spec);
  if (!repoURL || (!path && !chart)) return undefined;
  if (!state.repositories.has(repoURL)) {
    return `repository not accessible: failed to list refs: repository not found: ${repoURL}`;
  }
  try {
    loadTarget(state, app, { sources: sourcesOf(app.spec), revisions: [] });
    return undefined;
  } catch (error) {
    return `Unable to generate manifests in ${
      path ?? chart
    }: rpc error: code = Unknown desc = ${(error as Error).message}`;
  }
}

function sourceProblem(
  spec: ApplicationSpec,
  project: AppProject,
): string | undefined {
  const isOne = !spec.sources?.length;
  for (const source of sourcesOf(spec)) {
    const problem = incomplete(source, isOne);
    if (problem) return problem;
  }
  const refused = sourcesOf(spec).filter(
    ({ repoURL }) => !isSourcePermitted(project, repoURL),
  );
  if (!refused.length) return undefined;
  // Conditions are told one after the other, each with its type.
  return refused
    .map(
      ({ repoURL }) =>
        `application repo ${repoURL} is not permitted in project '${project.metadata.name}'`,
    )
    .join(';InvalidSpecError: ');
}

function incomplete(source: Source, isOne: boolean): string | undefined {
  const { repoURL, path, chart, ref, targetRevision } = source;
  if (isOne && (!repoURL || (!path && !chart))) {
    return 'spec.source.repoURL and either spec.source.path or spec.source.chart are required';
  }
  if (!repoURL || (!path && !chart && !ref)) {
    return `spec.source.repoURL and either source.path, source.chart, or source.ref are required for source ${JSON.stringify(
      source,
    )}`;
  }
  if (chart && !targetRevision) {
    return 'spec.source.targetRevision is required if the manifest source is a helm chart';
  }
  return undefined;
}

/** Some pattern must match, and none that begins with `!` may rule it out. */
function isSourcePermitted({ spec }: AppProject, repoURL: string): boolean {
  const url = comparable(repoURL);
  let isMatched = false;
  for (const pattern of spec.sourceRepos ?? []) {
    const isDenial = pattern.startsWith('!');
    const bare = comparable(isDenial ? pattern.slice(1) : pattern);
    const matched = matches(`${isDenial ? '!' : ''}${bare}`, url);
    if (matched) isMatched = true;
    else if (isDenial) return false;
  }
  return isMatched;
}

/** Git URLs are compared without case, `.git` and a trailing slash. */
function comparable(url: string): string {
  return url
    .trim()
    .toLowerCase()
    .replace(/\.git$/, '')
    .replace(/\/$/, '');
}

/** As it is stored: with a project, and without parts that say nothing. */
function normalized(spec: ApplicationSpec): ApplicationSpec {
  const { syncPolicy, ...rest } = spec;
  const policy = Object.entries(syncPolicy ?? {}).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && !value.length),
  );
  return {
    ...rest,
    destination: spec.destination ?? {},
    project: spec.project || 'default',
    ...(policy.length && {
      syncPolicy: Object.fromEntries(policy) as typeof syncPolicy,
    }),
  };
}

/** A size that etcd refuses; 1.5 MiB. */
const ETCD_LIMIT = 1024 * 1536;
const NAME =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What Kubernetes refuses of an application; throws 400 or 500 (F6.3). */
export function checkStorable(app: Application, prefix: string): void {
  const { name } = app.metadata;
  if (!NAME.test(name) || name.length > 253) {
    throw invalidArgument(
      `${prefix}Application.argoproj.io "${name}" is invalid: metadata.name: Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    );
  }
  if (JSON.stringify(app).length <= ETCD_LIMIT) return;
  throw new ApiError(Code.Unknown, `${prefix}etcdserver: request is too large`);
}
