import type {
  Application,
  ApplicationStatus,
  ApplicationTree,
} from '../../types/argocd';
import { CONTROL_PLANE } from '../../state/names';
import { COMPARED, type Comparison } from './compare';
import { type NewCondition, setConditions } from './conditions';
import { hasManySources } from './target';
import { summarise } from './tree';

/** The status of an application that was never reconciled. */
export const EMPTY_STATUS: ApplicationStatus = {
  health: {},
  sourceHydrator: {},
  summary: {},
  sync: {
    comparedTo: { destination: {}, source: { repoURL: '' } },
    status: '',
  },
};

/** What a comparison says about an application. */
export interface Outcome {
  comparison: Comparison;
  /** undefined while the cluster cannot be read: then the summary stays */
  tree?: ApplicationTree;
  /** of automated sync; undefined when a window holds it back */
  syncError?: NewCondition[];
  orphanWarnings: NewCondition[];
  /** whether Git was asked for the latest revision */
  isLatest: boolean;
}

/** Writes the outcome of a comparison into a status. */
export function applyComparison(
  app: Application,
  outcome: Outcome,
  now: string,
): void {
  const { comparison, tree, syncError, isLatest } = outcome;
  const { status } = app;
  const set = (conditions: readonly NewCondition[], types: string[]) =>
    setConditions(app, conditions, types, now);
  set([], ['InvalidSpecError', 'UnknownError']);
  set(comparison.conditions, COMPARED);
  if (tree) {
    set(outcome.orphanWarnings, ['OrphanedResourceWarning']);
    status.summary = summarise(tree, app.metadata.annotations);
  }
  if (syncError) set(syncError, ['SyncError']);
  if (!status.reconciledAt || isLatest) status.reconciledAt = now;
  status.sync = comparison.sync;
  setHealth(app, comparison.health, now);
  const resources = comparison.pairs.map(pair => pair.status);
  if (resources.length) status.resources = resources;
  else delete status.resources;
  setSourceTypes(app, comparison.sourceTypes);
  status.resourceHealthSource = 'appTree';
  status.controllerNamespace = CONTROL_PLANE;
}

/** What cannot even be compared is Unknown twice; everything else stays (F5.11). */
export function applyInvalidSpec(
  app: Application,
  conditions: readonly NewCondition[],
  now: string,
): void {
  app.status.sync.status = 'Unknown';
  setHealth(app, 'Unknown', now);
  setConditions(app, conditions, ['InvalidSpecError', 'UnknownError'], now);
}

/** The transition time moves only when the status does. */
function setHealth(app: Application, status: string, now: string): void {
  if (app.status.health.status === status) return;
  app.status.health = { status, lastTransitionTime: now };
}

function setSourceTypes(app: Application, types: readonly string[]): void {
  const { status } = app;
  delete status.sourceType;
  delete status.sourceTypes;
  if (hasManySources(app)) {
    if (types.length) status.sourceTypes = [...types];
  } else if (types[0]) [status.sourceType] = types;
}
