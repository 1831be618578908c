import type {
  ApplicationSet,
  ApplicationSetStatus,
  RolloutStatus,
} from '../../../types/applicationset';
import type { Application } from '../../../types/argocd';
import { isRollingSync, type NewCondition } from '../conditions';
import { IgnoredDifferences } from '../ignoredDifferences';
import { normalizeSpec } from '../normalizeSpec';
import { judge, promote } from './progress';
import { Steps, stepsOf } from './steps';

/** What a rollout says after one look at a set. */
export interface RolloutResult {
  statuses: RolloutStatus[];
  condition: NewCondition;
  /** the applications to write, automated sync off, some with an operation */
  applications: Application[];
}

/**
 * RollingSync: one look at the applications of a set, undefined when the set has
 * another strategy.
 */
export function rollOut(
  set: ApplicationSet,
  options: { current: Application[]; desired: Application[]; now: string },
): RolloutResult | undefined {
  if (!isRollingSync(set)) return undefined;
  const { current, desired, now } = options;
  const steps = new Steps(set, desired);
  const before = set.status?.applicationStatus ?? [];
  const wanted = new Map(desired.map(app => [app.metadata.name, app]));
  const ignored = IgnoredDifferences.of(set.spec.ignoreApplicationDifferences);
  const observed = current.map(app => {
    const other = wanted.get(app.metadata.name);
    return { app, specChanged: !!other && differs(app, other, ignored) };
  });
  const judged = judge(observed, steps, { before, now });
  const existing = new Set(current.map(({ metadata }) => metadata.name));
  const turn = steps.inTurn(judged, existing);
  const promoted = stepsOf(set).length
    ? promote(judged, steps, { turn, now })
    : [];
  const statuses = promoted.sort((a, b) =>
    a.application < b.application ? -1 : 1,
  );
  const pending = new Set(
    statuses
      .filter(({ status }) => status === 'Pending')
      .map(({ application }) => application),
  );
  return {
    statuses,
    condition: conditionOf(set, statuses),
    applications: desired.map(app => {
      const { name } = app.metadata;
      const syncs = turn.has(name) && pending.has(name);
      if (!stepsOf(set).length) return app;
      return syncs
        ? syncing(withoutAutomation(app), app)
        : withoutAutomation(app);
    }),
  };
}

/** Writes where applications stand, if that has changed. */
export function writeStatuses(
  status: ApplicationSetStatus,
  statuses: RolloutStatus[],
): void {
  const before = status.applicationStatus ?? [];
  const facts = (each: RolloutStatus) => [
    each.application,
    each.status,
    each.step,
    each.message,
  ];
  const isSame =
    JSON.stringify(before.map(facts)) === JSON.stringify(statuses.map(facts));
  if (isSame) return;
  if (statuses.length) status.applicationStatus = statuses;
  else delete status.applicationStatus;
}

function differs(
  live: Application,
  wanted: Application,
  ignored: IgnoredDifferences,
): boolean {
  const specOf = (app: Application) =>
    JSON.stringify(sorted(normalizeSpec(ignored.strip(app).spec)));
  return specOf(live) !== specOf(withoutAutomation(wanted));
}

/** Keys in one order, so that equal objects are equal texts. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function conditionOf(
  set: ApplicationSet,
  statuses: readonly RolloutStatus[],
): NewCondition {
  const type = 'RolloutProgressing';
  const unfinished = stepsOf(set)
    .map((_, at) => String(at + 1))
    .find(step =>
      statuses.some(each => each.step === step && each.status !== 'Healthy'),
    );
  return unfinished
    ? {
        type,
        status: 'True',
        reason: 'ApplicationSetModified',
        message: `ApplicationSet is performing rollout of step ${unfinished}`,
      }
    : {
        type,
        status: 'False',
        reason: 'ApplicationSetRolloutComplete',
        message: 'ApplicationSet Rollout has completed',
      };
}

/** The set's controller syncs by itself, so applications may not. */
function withoutAutomation(app: Application): Application {
  const { automated } = app.spec.syncPolicy ?? {};
  if (!automated) return app;
  const syncPolicy = {
    ...app.spec.syncPolicy,
    automated: { ...automated, enabled: false },
  };
  return { ...app, spec: { ...app.spec, syncPolicy } };
}

function syncing(app: Application, original: Application): Application {
  const { automated, retry, syncOptions } = original.spec.syncPolicy ?? {};
  const isAutomated = automated && automated.enabled !== false;
  return {
    ...app,
    operation: {
      initiatedBy: { username: 'applicationset-controller', automated: true },
      info: [
        {
          name: 'Reason',
          value:
            'ApplicationSet RollingSync triggered a sync of this Application resource',
        },
      ],
      sync: {
        ...(isAutomated && automated.prune && { prune: true }),
        ...(syncOptions && { syncOptions }),
      },
      retry: retry ?? { limit: 5 },
    },
  };
}
