import type {
  Application,
  ApplicationCondition,
  ApplicationStatus,
  ApplicationTree,
  ResourceStatus,
} from '../../types/argocd';
import { type Comparison, sourceOf } from './compare';
import { applicationHealth } from './health';
import { groupOf, versionOf } from './objects';
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

/** Writes the outcome of a comparison into a status. */
export function applyComparison(
  app: Application,
  comparison: Comparison,
  tree: ApplicationTree,
  now: string,
): void {
  const { status } = app;
  status.sync = {
    status: comparison.status,
    comparedTo: comparedTo(app),
    revision: comparison.revision,
  };
  status.resources = comparison.pairs.map(
    ({ target, synced }): ResourceStatus => {
      const group = groupOf(target);
      return {
        ...(group && { group }),
        version: versionOf(target),
        kind: target.kind!,
        namespace: target.metadata.namespace,
        name: target.metadata.name,
        status: synced ? 'Synced' : 'OutOfSync',
      };
    },
  );
  setHealth(
    app,
    applicationHealth(comparison.pairs.map(({ live }) => live)),
    now,
  );
  status.summary = summarise(tree);
  status.sourceType = 'Helm';
  status.resourceHealthSource = 'appTree';
  setConditions(app, [], ['ComparisonError', 'InvalidSpecError'], now);
}

/** The transition time moves only when the status does. */
export function setHealth(app: Application, status: string, now: string): void {
  if (app.status.health.status === status) return;
  app.status.health = { status, lastTransitionTime: now };
}

/** Replaces the conditions of the given types; an unchanged text keeps its time. */
export function setConditions(
  app: Application,
  conditions: { type: string; message: string }[],
  types: string[],
  now: string,
): void {
  const before = app.status.conditions ?? [];
  const kept = before.filter(({ type }) => !types.includes(type));
  const added = conditions.map(({ type, message }): ApplicationCondition => {
    const same = before.find(each => each.type === type);
    return {
      lastTransitionTime:
        same?.message === message ? same.lastTransitionTime : now,
      message,
      type,
    };
  });
  const all = [...kept, ...added];
  if (all.length) app.status.conditions = all;
  else delete app.status.conditions;
}

export function comparedTo(app: Application) {
  return { destination: app.spec.destination, source: sourceOf(app) };
}
