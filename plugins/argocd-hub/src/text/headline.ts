import type {
  EntityDeployments,
  Offender,
  Rollup,
} from 'backstage-plugin-argocd-hub-common';
import type { Words } from '../hooks/useWords';
import { problemText } from './problem';

const MAX_CLAUSES = 2;

/**
 * The roll-up in words: "Healthy on 2 of 3 clusters; prod has been unreachable
 * for 12 min". Without ages it is the same text until something really
 * changes, which is what a screen reader should be told.
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
    outcome(rollup, words),
    ...problems,
    ...remainder(rollup, named, words),
    ...marks(data, named, words),
  ].join('; ');
}

function ageless({ since: _since, ...offender }: Offender): Offender {
  return offender;
}

function outcome(rollup: Rollup, { t }: Words): string {
  const { clusters: count, healthyClusters: healthy } = rollup;
  if (count === 0) {
    return t('headline.noCluster', { count: rollup.deployments });
  }
  if (healthy === count && rollup.health === 'Healthy') {
    return t('headline.healthyAll', { count });
  }
  if (healthy > 0) {
    return t('headline.healthySome', { count, healthy: String(healthy) });
  }
  const unknown = rollup.byHealth.Unknown === rollup.deployments;
  return t(unknown ? 'headline.unknownAll' : 'headline.healthyNone', { count });
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

function marks(
  data: EntityDeployments,
  named: Offender[],
  { t }: Words,
): string[] {
  const { bySync, skewed } = data.rollup;
  const outOfSync = bySync.OutOfSync ?? 0;
  const saidAlready = named.some(({ status }) => status === 'OutOfSync');
  const unverified = data.deployments.filter(row => row.health.unverified);
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
