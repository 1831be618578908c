import type {
  Deployment,
  EntityDeployments,
  HubStatus,
  Offender,
  Rollup,
} from 'backstage-plugin-argocd-hub-common';
import type { Words } from '../hooks/useWords';
import { hubClauses, isHeard } from './hubs';
import { problemText } from './problem';

const MAX_CLAUSES = 2;

/**
 * The roll-up in words: "Healthy on 2 of 3 clusters; prod has been unreachable
 * for 12 min". Without ages it is the same text until something really
 * changes, which is what a screen reader should be told. It never speaks for
 * more than was heard: of "all" clusters only while every hub in scope is.
 */
export function headline(
  data: EntityDeployments,
  words: Words,
  options: { ages: boolean } = { ages: true },
): string {
  const { rollup } = data;
  const shown = options.ages ? rollup.offenders : rollup.offenders.map(ageless);
  const groups = groupOffenders(shown);
  const problems = groups
    .slice(0, MAX_CLAUSES)
    .map(offenders => problemText(offenders, data.hubs, words));
  const named = groups.slice(0, MAX_CLAUSES).flat();
  return [
    outcome(data, words),
    ...problems,
    ...remainder(rollup, named, words),
    ...hubClauses(unsaid(data.hubs, named), words, options),
    ...marks(data, named, words),
  ].join('; ');
}

function ageless({ since: _since, ...offender }: Offender): Offender {
  return offender;
}

/** The clauses about deployments name their silent hubs already. */
function unsaid(hubs: HubStatus[], named: Offender[]): HubStatus[] {
  const said = named.filter(
    ({ reason }) => reason === 'hub-down' || reason === 'hub-stale',
  );
  return hubs.filter(({ name }) => !said.some(({ hub }) => hub === name));
}

const OF_ALL = {
  healthy: 'headline.healthyAll',
  some: 'headline.healthySome',
  none: 'headline.healthyNone',
  unknown: 'headline.unknownAll',
} as const;

const OF_KNOWN = {
  healthy: 'headline.knownAll',
  some: 'headline.knownSome',
  none: 'headline.knownNone',
  unknown: 'headline.knownUnknown',
} as const;

function outcome({ rollup, hubs }: EntityDeployments, { t }: Words): string {
  const keys = hubs.every(isHeard) ? OF_ALL : OF_KNOWN;
  const { clusters: count, healthyClusters: healthy } = rollup;
  if (count === 0) {
    return t('headline.noCluster', { count: rollup.deployments });
  }
  if (healthy === count && rollup.health === 'Healthy') {
    return t(keys.healthy, { count });
  }
  if (healthy > 0) {
    return t(keys.some, { count, healthy: String(healthy) });
  }
  const unknown = rollup.byHealth.Unknown === rollup.deployments;
  return t(unknown ? keys.unknown : keys.none, { count });
}

/** Those with the same trouble are named together, in the order given: worst first. */
function groupOffenders(offenders: Offender[]): Offender[][] {
  const groups = new Map<string, Offender[]>();
  for (const offender of offenders) {
    const key = `${offender.status}/${offender.reason ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), offender]);
  }
  return [...groups.values()];
}

/** What is unhealthy beyond those that are named. */
function remainder(rollup: Rollup, named: Offender[], { t }: Words): string[] {
  const unhealthy = rollup.deployments - (rollup.byHealth.Healthy ?? 0);
  const count =
    unhealthy - named.filter(({ status }) => status !== 'OutOfSync').length;
  return count > 0 ? [t('headline.more', { amount: String(count) })] : [];
}

/** Whether nothing of ours could check what is said of a deployment. */
export function isUnverified({ health, sync }: Deployment): boolean {
  return Boolean(health.unverified || sync.unverified);
}

function marks(
  data: EntityDeployments,
  named: Offender[],
  { t }: Words,
): string[] {
  const { bySync, skewed } = data.rollup;
  const outOfSync = bySync.OutOfSync ?? 0;
  const saidAlready = named.some(({ status }) => status === 'OutOfSync');
  const unverified = data.deployments.filter(isUnverified);
  return [
    ...(outOfSync > 0 && !saidAlready
      ? [t('headline.outOfSync', { count: outOfSync })]
      : []),
    ...(skewed > 0 ? [t('headline.skewed', { count: skewed })] : []),
    ...(unverified.length > 0
      ? [t('headline.unverified', { count: unverified.length })]
      : []),
  ];
}
