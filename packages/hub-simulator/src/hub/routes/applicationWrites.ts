import {
  requestDeletion,
  RESOURCES_FINALIZER,
} from '../../controllers/application/deletion';
import type { Application, Operation } from '../../types/argocd';
import { ApiError, Code, invalidArgument } from '../errors';
import { type HubRequest, RawJson, type Route } from '../HubRequest';
import { findApplication } from './applications';

interface SyncBody {
  revision?: string;
  dryRun?: boolean;
  prune?: boolean;
  resources?: unknown[];
  syncOptions?: { items?: string[] };
  retryStrategy?: Operation['retry'];
  infos?: unknown[];
  appNamespace?: string;
  project?: string;
}

interface RollbackBody {
  id?: number;
  dryRun?: boolean;
  prune?: boolean;
  appNamespace?: string;
  project?: string;
}

/** What is done to one application: sync, rollback, terminate, delete. */
export const applicationWriteRoutes: Route[] = [
  { method: 'POST', path: '/api/v1/applications/:name/sync', handle: sync },
  {
    method: 'POST',
    path: '/api/v1/applications/:name/rollback',
    handle: rollback,
  },
  {
    method: 'DELETE',
    path: '/api/v1/applications/:name/operation',
    handle: terminate,
  },
  { method: 'DELETE', path: '/api/v1/applications/:name', handle: remove },
];

function sync(request: HubRequest): Application {
  const body = request.body<SyncBody>();
  const app = find(request, 'sync', body);
  const target = app.spec.source?.targetRevision ?? 'HEAD';
  const { revision = target, dryRun = false } = body;
  if (isAutomated(app) && !dryRun && ![target, head(app)].includes(revision)) {
    throw new ApiError(
      Code.FailedPrecondition,
      `Cannot sync to ${revision}: auto-sync currently set to ${target}`,
    );
  }
  return start(request, app, {
    sync: {
      revision,
      ...(body.prune && { prune: true }),
      ...(dryRun && { dryRun }),
      ...(body.resources?.length && { resources: body.resources }),
      ...(body.syncOptions?.items && { syncOptions: body.syncOptions.items }),
    },
    ...(body.retryStrategy && { retry: body.retryStrategy }),
    ...(body.infos?.length && { info: body.infos }),
  });
}

function rollback(request: HubRequest): Application {
  const body = request.body<RollbackBody>();
  const app = find(request, 'sync', body);
  if (isAutomated(app)) {
    throw new ApiError(
      Code.FailedPrecondition,
      'rollback cannot be initiated when auto-sync is enabled',
    );
  }
  const { id = 0 } = body;
  const deployment = app.status.history?.find(entry => entry.id === id);
  if (!deployment) {
    throw invalidArgument(
      `application ${app.metadata.name} does not have deployment with id ${id}`,
    );
  }
  const { revision, source } = deployment;
  return start(request, app, {
    sync: {
      revision,
      ...(body.prune && { prune: true }),
      ...(body.dryRun && { dryRun: true }),
      source,
    },
  });
}

function terminate(request: HubRequest): RawJson {
  const app = find(request, 'sync', {});
  const { name, namespace } = app.metadata;
  if (!app.operation || !app.status.operationState) {
    throw invalidArgument(
      'Unable to terminate operation. No operation is in progress',
    );
  }
  request.state.applications.update(name, namespace, draft => {
    draft.status.operationState!.phase = 'Terminating';
  });
  return new RawJson('{}');
}

function remove(request: HubRequest): RawJson {
  const { state } = request;
  const { metadata } = find(request, 'delete', {});
  const cascades = request.query('cascade') !== 'false';
  const policy = request.query('propagationPolicy') || 'foreground';
  const finalizer =
    policy === 'background'
      ? `${RESOURCES_FINALIZER}/background`
      : RESOURCES_FINALIZER;
  const updated = state.applications.update(
    metadata.name,
    metadata.namespace,
    draft => {
      const others = (draft.metadata.finalizers ?? []).filter(
        each => !each.startsWith(RESOURCES_FINALIZER),
      );
      draft.metadata.finalizers = cascades ? [...others, finalizer] : others;
    },
  );
  if (updated) requestDeletion(state, updated);
  return new RawJson('{}');
}

function find(
  request: HubRequest,
  action: string,
  body: { appNamespace?: string; project?: string },
): Application {
  return findApplication(request, action, {
    namespace: body.appNamespace,
    project: body.project,
  }).object;
}

/** Requests an operation; the controller takes it. */
function start(
  { state, session }: HubRequest,
  app: Application,
  operation: Operation,
): Application {
  if (app.operation) {
    throw new ApiError(
      Code.FailedPrecondition,
      'another operation is already in progress',
    );
  }
  const { name, namespace } = app.metadata;
  return state.applications.update(name, namespace, draft => {
    draft.operation = {
      ...operation,
      initiatedBy: { username: session?.username },
    };
  })!;
}

function isAutomated({ spec }: Application): boolean {
  const automated = spec.syncPolicy?.automated;
  return !!automated && automated.enabled !== false;
}

/** The revision that the target revision stands for now. */
function head({ status }: Application): string | undefined {
  return status.sync.revision;
}
