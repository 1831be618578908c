import type { Application, Operation } from '../../../types/argocd';
import { ApiError, Code, invalidArgument } from '../../errors';
import { checkType } from '../../goJson';
import { type HubRequest, RawJson } from '../../HubRequest';
import { findApplication } from './find';
import { recordCall } from './write';

interface RollbackBody {
  id?: number | string;
  dryRun?: boolean;
  prune?: boolean;
  appNamespace?: string;
  project?: string;
}

/** `POST /api/v1/applications/{name}/rollback`, to an entry of the history. */
export function rollback(request: HubRequest): Application {
  const body = request.body<RollbackBody>();
  checkType(body, {
    struct: 'ApplicationRollbackRequest',
    fields: {
      id: 'int64',
      dryRun: 'bool',
      prune: 'bool',
      appNamespace: 'string',
      project: 'string',
    },
  });
  const { entry } = findApplication(request, {
    action: 'sync',
    namespace: body.appNamespace ?? '',
    project: body.project ?? '',
    from: 'live',
  });
  const app = entry.object;
  if (app.metadata.deletionTimestamp) throw refused('application is deleting');
  if (isAutomated(app)) {
    throw refused('rollback cannot be initiated when auto-sync is enabled');
  }
  const id = Number(body.id ?? 0);
  const deployment = app.status.history?.find(each => each.id === id);
  if (!deployment) {
    throw invalidArgument(
      `application ${entry.namespace}/${entry.name} does not have deployment with id ${id}`,
    );
  }
  const { revision, revisions, source, sources } = deployment;
  if (!source?.repoURL && !sources?.length) {
    throw refused(
      'cannot rollback to revision deployed with Argo CD v0.11 or lower. sync to revision instead.',
    );
  }
  const syncOptions = app.spec.syncPolicy?.syncOptions;
  return startOperation(request, app, {
    operation: {
      sync: {
        ...(revision && { revision }),
        ...(body.prune && { prune: true }),
        ...(body.dryRun && { dryRun: true }),
        syncStrategy: { apply: {} },
        source: source ?? { repoURL: '' },
        ...(syncOptions?.length && { syncOptions }),
        ...(sources?.length && { sources, revisions }),
      },
    },
    action: `initiated rollback to ${id}`,
  });
}

/** `DELETE /api/v1/applications/{name}/operation`. */
export function terminate(request: HubRequest): RawJson {
  const { entry } = findApplication(request, { action: 'sync', from: 'live' });
  const { object: app, name, namespace } = entry;
  if (!app.operation || !app.status.operationState) {
    throw invalidArgument(
      'Unable to terminate operation. No operation is in progress',
    );
  }
  const updated = request.state.applications.update(name, namespace, draft => {
    draft.status.operationState!.phase = 'Terminating';
  });
  const action = 'terminated running operation';
  recordCall(request, updated!, { reason: 'ResourceUpdated', action });
  return new RawJson('{}');
}

/**
 * Requests an operation, and drops the state of the last one; throws 400 when one
 * is requested already.
 */
export function startOperation(
  request: HubRequest,
  app: Application,
  { operation, action }: { operation: Operation; action: string },
): Application {
  const { state, session } = request;
  const { name, namespace } = app.metadata;
  const current = state.applications.get(name, namespace);
  if (current?.operation) {
    throw refused('another operation is already in progress');
  }
  const updated = state.applications.update(name, namespace, draft => {
    draft.operation = {
      ...operation,
      initiatedBy: { username: session?.username },
      retry: operation.retry ?? {},
    };
    delete draft.status.operationState;
  })!;
  recordCall(request, updated, { reason: 'OperationStarted', action });
  return updated;
}

/** Whether an application syncs by itself. */
export function isAutomated({ spec }: Application): boolean {
  const automated = spec.syncPolicy?.automated;
  return !!automated && automated.enabled !== false;
}

function refused(message: string): ApiError {
  return new ApiError(Code.FailedPrecondition, message);
}
