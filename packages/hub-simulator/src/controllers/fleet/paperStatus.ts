import {
  imageOf,
  resultsOf,
  revisionFields,
} from '../../scenarios/fleet/application';
import type { PlannedService, Release } from '../../scenarios/fleet/plan';
import { resourcesOf } from '../../scenarios/fleet/resources';
import type { Application } from '../../types/argocd';

const HISTORY_LIMIT = 10;

/** Changes that the controller makes to an application; each is one write. */
export const paperStatus = {
  setHealth(draft: Application, status: string, now: string): void {
    if (draft.status.health.status === status) return;
    draft.status.health = { status, lastTransitionTime: now };
  },

  setSync(draft: Application, status: 'Synced' | 'OutOfSync'): void {
    draft.status.sync.status = status;
    const last = draft.status.resources?.at(-1);
    if (last) last.status = status;
  },

  begin(draft: Application, release: Release, now: string): void {
    const requested = draft.operation;
    delete draft.operation;
    const { revision, revisions } = fieldsOf(draft, release);
    draft.status.operationState = {
      operation: requested ?? {
        sync: { ...(revisions ? { revisions } : { revision }), prune: true },
        initiatedBy: { automated: true },
        retry: { limit: 5 },
      },
      phase: 'Running',
      message: 'waiting for healthy state of apps/Deployment',
      startedAt: now,
    } as Application['status']['operationState'];
  },

  finish(
    draft: Application,
    options: { service: PlannedService; release: Release; now: string },
  ): void {
    const { service, release, now } = options;
    const { status } = draft;
    const state = status.operationState!;
    const fields = fieldsOf(draft, release);
    const image = imageOf(service, release.tag);
    state.phase = 'Succeeded';
    state.message = 'successfully synced (all tasks run)';
    state.finishedAt = now;
    state.syncResult = {
      resources: resultsOf(service, image),
      ...(fields.sources ? { revision: '', ...fields } : fields),
    } as typeof state.syncResult;
    status.resources = resourcesOf(service);
    status.summary = { ...status.summary, images: [image] };
    status.sync = {
      ...status.sync,
      status: 'Synced',
      ...(fields.revisions
        ? { revisions: fields.revisions }
        : { revision: fields.revision }),
    } as typeof status.sync;
    delete status.conditions;
    const history = status.history ?? [];
    history.push({
      ...fields,
      deployedAt: now,
      id: (history.at(-1)?.id ?? -1) + 1,
      deployStartedAt: state.startedAt,
      initiatedBy: state.operation.initiatedBy ?? { automated: true },
    } as (typeof history)[number]);
    status.history = history.slice(-HISTORY_LIMIT);
  },

  fail(draft: Application, message: string, now: string): void {
    const state = draft.status.operationState!;
    state.phase = 'Failed';
    state.message = message;
    state.finishedAt = now;
  },

  /** What an application without a working cache says after the grace period. */
  lose(draft: Application, server: string, reason: string, now: string): void {
    draft.status.sync = { ...draft.status.sync, status: 'Unknown' };
    delete draft.status.resources;
    paperStatus.setHealth(draft, 'Healthy', now);
    const type = 'ComparisonError';
    const target = `Failed to load target state: failed to get cluster version for cluster "${server}": ${reason}`;
    const live = `Failed to load live state: ${reason}`;
    draft.status.conditions = [
      { type, message: target, lastTransitionTime: now },
      { type, message: live, lastTransitionTime: now },
    ];
  },

  /** And when the cluster is back. */
  find(draft: Application, service: PlannedService): void {
    delete draft.status.conditions;
    draft.status.resources = resourcesOf(service);
    draft.status.sync = { ...draft.status.sync, status: 'Synced' };
  },
};

function fieldsOf({ spec }: Application, { revision }: Release) {
  const fields = revisionFields(spec, revision);
  return fields as {
    revision?: string;
    revisions?: string[];
    source?: unknown;
    sources?: unknown[];
  };
}
