import type {
  Application,
  HistoryEntry,
  OperationState,
} from '../../../types/argocd';

const LIMIT = 10;

/** Adds a deployment to an application's history, and forgets the oldest (F5.5). */
export function addHistory(
  app: Application,
  { startedAt, syncResult, operation }: OperationState,
  deployedAt: string,
): void {
  const history = app.status.history ?? [];
  const { revision = '', revisions, source, sources } = syncResult ?? {};
  const isMany = !!sources?.length;
  const entry = {
    ...(!isMany && { revision }),
    deployedAt,
    id: (history.at(-1)?.id ?? -1) + 1,
    source: (!isMany && source) || { repoURL: '' },
    deployStartedAt: startedAt,
    ...(isMany && { sources, revisions: revisions ?? [] }),
    initiatedBy: operation.initiatedBy ?? {},
  } as HistoryEntry;
  const limit = app.spec.revisionHistoryLimit ?? LIMIT;
  const kept = limit > 0 ? [...history, entry].slice(-limit) : [];
  if (kept.length) app.status.history = kept;
  else delete app.status.history;
}
