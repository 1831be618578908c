import { syncWindows } from '../../../controllers/application/syncWindows';
import type {
  Application,
  AppProject,
  Operation,
  Source,
} from '../../../types/argocd';
import { ApiError, Code } from '../../errors';
import { decoded } from './body';
import { checkType, type GoType } from '../../goJson';
import type { HubRequest } from '../../HubRequest';
import { findApplication } from './find';
import { isAutomated, startOperation } from './operation';
import { sourcesOf } from './revisions';

type SyncOperation = NonNullable<Operation['sync']>;

interface SyncBody {
  revision?: string;
  dryRun?: boolean;
  prune?: boolean;
  strategy?: SyncOperation['syncStrategy'];
  resources?: SyncOperation['resources'];
  manifests?: string[];
  syncOptions?: { items?: string[] };
  retryStrategy?: Operation['retry'];
  infos?: unknown[];
  appNamespace?: string;
  project?: string;
  revisions?: string[];
  sourcePositions?: (number | string)[];
}

const BODY: GoType = {
  struct: 'ApplicationSyncRequest',
  fields: {
    revision: 'string',
    dryRun: 'bool',
    prune: 'bool',
    strategy: 'any',
    resources: { list: 'any' },
    manifests: { list: 'string' },
    syncOptions: {
      struct: 'SyncOptions',
      fields: { items: { list: 'string' } },
    },
    retryStrategy: 'any',
    infos: { list: 'any' },
    appNamespace: 'string',
    project: 'string',
    revisions: { list: 'string' },
    sourcePositions: { list: 'any' },
  },
};

interface Revisions {
  revision?: string;
  revisions?: string[];
}

/**
 * `POST /api/v1/applications/{name}/sync`: only the body counts. The controller
 * takes the operation; the answer is the application with it.
 */
export function sync(request: HubRequest): Application {
  const body = request.body<SyncBody>();
  checkType(body, BODY);
  decoded(body.strategy ?? {}, 'v1alpha1SyncStrategy', 'strategy');
  decoded(body.retryStrategy ?? {}, 'v1alpha1RetryStrategy', 'retryStrategy');
  const { entry, project } = findApplication(request, {
    namespace: body.appNamespace ?? '',
    project: body.project ?? '',
    from: 'live',
  });
  const app = entry.object;
  const { rbacObject } = entry.facts;
  checkWindows(project, app);
  request.enforce('applications', 'sync', rbacObject);
  if (body.manifests) checkLocal(request, app, body);
  if (app.metadata.deletionTimestamp) throw refused('application is deleting');
  const { revision, revisions } = resolveAll(request, app, body);
  const policy = app.spec.syncPolicy;
  const { resources, infos, manifests, strategy } = body;
  const retry = body.retryStrategy ?? policy?.retry;
  const syncOptions = body.syncOptions
    ? body.syncOptions.items
    : policy?.syncOptions;
  const isMany = !!app.spec.sources?.length;
  const shown = isMany ? revisions!.join() : display(app, body, revision);
  const partial = resources?.length ? 'partial ' : '';
  return startOperation(request, app, {
    operation: {
      sync: {
        ...(revision && { revision }),
        ...(body.prune && { prune: true }),
        ...(body.dryRun && { dryRun: true }),
        ...(strategy && { syncStrategy: strategy }),
        ...(resources?.length && { resources }),
        ...(!isMany && { source: sourcesOf(app.spec)[0] }),
        ...(manifests?.length && { manifests }),
        ...(syncOptions?.length && { syncOptions }),
        ...(isMany && { sources: app.spec.sources, revisions }),
      },
      ...(infos?.length && { info: infos }),
      ...(retry && { retry }),
    },
    action: manifests
      ? `initiated ${partial}sync locally`
      : `initiated ${partial}sync to ${shown}`,
  });
}

/** How events call a revision: by the name that was asked for and what it means. */
function display(app: Application, body: SyncBody, revision = ''): string {
  const [{ targetRevision = '' }] = sourcesOf(app.spec);
  const asked = body.revision || targetRevision;
  return asked === revision ? revision : `${asked} (${revision})`;
}

function checkWindows(project: AppProject, app: Application): void {
  let isOpen: boolean;
  try {
    const windows = syncWindows(project, app, Date.now());
    isOpen = windows.canSync({ isManual: true });
  } catch (error) {
    const reason = (error as Error).message.replace(
      /^invalid sync windows: /,
      '',
    );
    throw blocked(`invalid sync window: ${reason}`);
  }
  if (!isOpen) throw blocked('blocked by sync window');
}

/** Manifests of the caller's own need `override`, and no auto-sync. */
function checkLocal(request: HubRequest, app: Application, body: SyncBody) {
  enforceOverride(request, app);
  if (!isAutomated(app) || body.dryRun) return;
  throw refused(
    'cannot use local sync when Automatic Sync Policy is enabled unless for dry run',
  );
}

function resolveAll(
  request: HubRequest,
  app: Application,
  body: SyncBody,
): Revisions {
  const { sources } = app.spec;
  if (sources?.length) {
    const asked = askedBySource(sources, body);
    const revisions = sources.map((source, index) => {
      const at = { source, place: `source ${source.repoURL} ` };
      return resolveOne(request, app, { ...at, body, asked: asked[index] });
    });
    return { revisions };
  }
  const [source] = sourcesOf(app.spec);
  const asked = body.revision ?? '';
  return {
    revision: resolveOne(request, app, { source, place: '', body, asked }),
  };
}

/** Positions count from 1, and name the source of the revision beside them. */
function askedBySource(sources: Source[], body: SyncBody): string[] {
  const asked = sources.map(() => '');
  (body.sourcePositions ?? []).forEach((position, index) => {
    const at = Number(position);
    if (!(at > 0 && at <= sources.length)) {
      throw new ApiError(Code.Unknown, 'source position is out of range');
    }
    asked[at - 1] = body.revisions?.[index] ?? '';
  });
  return asked;
}

function resolveOne(
  request: HubRequest,
  app: Application,
  options: { source: Source; place: string; asked: string; body: SyncBody },
): string {
  const { source, place, asked, body } = options;
  const target = source.targetRevision || 'HEAD';
  if (asked && asked !== target) {
    if (request.state.requireOverrideForRevisionSync) {
      enforceOverride(request, app);
    }
    if (isAutomated(app) && !body.dryRun) {
      throw refused(
        `Cannot sync ${place}to ${asked}: auto-sync currently set to ${
          source.targetRevision ?? ''
        }`,
      );
    }
  }
  if (body.manifests) return '';
  return commitOf(request, app, source, asked || source.targetRevision || '');
}

/** The commit, or the version of a chart, that a revision stands for now. */
function commitOf(
  { state }: HubRequest,
  app: Application,
  source: Source,
  revision: string,
): string {
  if (!source.chart && /^[0-9a-f]{40}$/.test(revision)) return revision;
  const repository = state.repositories.get(source.repoURL);
  const found = repository?.find(revision)?.revision;
  if (found) return found;
  // A fleet on paper has revisions, but no repositories that could resolve them.
  const { revision: known, revisions } = app.status.sync;
  const index = app.spec.sources?.indexOf(source) ?? -1;
  const last = index < 0 ? known : revisions?.[index];
  if (last && !repository && state.repositories.size === 0) return last;
  throw refused(
    `error resolving repo revision: rpc error: code = Unknown desc = unable to resolve git revision : ${
      repository
        ? `unable to resolve '${revision}' to a commit SHA`
        : 'failed to list refs: repository not found'
    }`,
  );
}

function enforceOverride(request: HubRequest, app: Application): void {
  const { name, namespace } = app.metadata;
  const { facts } = request.state.applications.entry(name, namespace)!;
  request.enforce('applications', 'override', facts.rbacObject);
}

function blocked(reason: string): ApiError {
  return new ApiError(Code.PermissionDenied, `cannot sync: ${reason}`);
}

function refused(message: string): ApiError {
  return new ApiError(Code.FailedPrecondition, message);
}
