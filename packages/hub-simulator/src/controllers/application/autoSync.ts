import { isEqual } from './equality';
import type { HubState } from '../../state/HubState';
import type { Application, Operation } from '../../types/argocd';
import type { Comparison } from './compare';
import type { NewCondition } from './conditions';
import { hasManySources, sourceOf } from './target';

const RETRY_LIMIT = 5;
/** Between two healings of one revision: this, three times it, and so on. */
const HEAL_MS = 2000;
const HEAL_FACTOR = 3;
const MOST_HEAL_MS = 300_000;

/** What automated sync decides. */
export interface AutoSync {
  operation?: Operation;
  /** why nothing is synced although it should be */
  error?: NewCondition;
  /** heal after so many simulated milliseconds, not yet */
  again?: number;
}

/** Decides whether an application is synced without anybody asking. */
export function autoSync(
  state: HubState,
  app: Application,
  { sync, pairs }: Comparison,
): AutoSync {
  const automated = app.spec.syncPolicy?.automated;
  const isOff = !automated || automated.enabled === false;
  if (isOff || app.operation || app.metadata.deletionTimestamp) return {};
  if (sync.status !== 'OutOfSync') return {};
  const resources = pairs.map(({ status }) => status);
  const onlyPrunes = resources.every(
    each => each.status === 'Synced' || each.requiresPruning,
  );
  if (!automated.prune && onlyPrunes) return {};
  const revisions = hasManySources(app)
    ? sync.revisions ?? []
    : [sync.revision ?? ''];
  const operation = operationFor(app, sync);
  const attempt = lastAttempt(app, revisions);
  if (attempt && attempt.phase !== 'Succeeded') {
    const tried = `[${attempt.revisions.join(' ')}]`;
    const { message = '' } = app.status.operationState!;
    return syncError(`Failed last sync attempt to ${tried}: ${message}`);
  }
  if (attempt) {
    if (!automated.selfHeal) return {};
    const wait = healDelay(state, app);
    if (wait > 0) return { again: wait };
    heal(operation, app, resources);
  }
  const wipesOut = resources.every(each => each.requiresPruning);
  if (automated.prune && !automated.allowEmpty && wipesOut) {
    return syncError(
      `Skipping sync attempt to [${revisions.join(
        ' ',
      )}]: auto-sync will wipe out all resources`,
    );
  }
  return { operation };
}

function operationFor(
  { spec }: Application,
  sync: Comparison['sync'],
): Operation {
  const { automated, syncOptions, retry } = spec.syncPolicy!;
  const many = !!spec.sources?.length;
  return {
    sync: {
      ...(sync.revision && { revision: sync.revision }),
      ...(automated?.prune && { prune: true }),
      ...(syncOptions?.length && { syncOptions }),
      ...(!many && { source: sourceOf({ spec }) }),
      ...(many && { sources: spec.sources, revisions: sync.revisions }),
    },
    initiatedBy: { automated: true },
    retry: retry ?? { limit: RETRY_LIMIT },
  };
}

/** How the last sync of just this ended, undefined when it was never tried. */
function lastAttempt(
  app: Application,
  wanted: string[],
): { phase: string; revisions: string[] } | undefined {
  const last = app.status.operationState;
  if (!last) return undefined;
  const { phase, syncResult } = last;
  if (!syncResult) return { phase, revisions: [] };
  const many = hasManySources(app);
  const revisions = many ? syncResult.revisions ?? [] : [syncResult.revision];
  if (!isEqual(revisions, wanted)) return undefined;
  const isSame = many
    ? isEqual(app.spec.sources, syncResult.sources)
    : isEqual(sourceOf(app), syncResult.source);
  return isSame ? { phase, revisions } : undefined;
}

function healDelay(state: HubState, { status }: Application): number {
  const last = status.operationState;
  const attempts = last?.operation.sync?.selfHealAttemptsCount ?? 0;
  if (!attempts) return 0;
  const delay = Math.min(HEAL_MS * HEAL_FACTOR ** (attempts - 1), MOST_HEAL_MS);
  const since = last?.finishedAt ? Date.now() - Date.parse(last.finishedAt) : 0;
  return delay - since / state.clock.scaled(1);
}

/** Only what is out of sync is synced, and it is counted how often. */
function heal(
  operation: Operation,
  { status }: Application,
  resources: Comparison['pairs'][number]['status'][],
): void {
  const before = status.operationState?.operation.sync;
  operation.sync!.selfHealAttemptsCount =
    (before?.selfHealAttemptsCount ?? 0) + 1;
  operation.sync!.resources = resources
    .filter(each => each.status !== 'Synced')
    .map(({ group, kind, name }) => ({ ...(group && { group }), kind, name }));
}

function syncError(message: string): AutoSync {
  return { error: { type: 'SyncError', message } };
}
