import type { Offender } from 'backstage-plugin-argocd-hub-common';
import type { Words } from '../hooks/useWords';

const MAX_NAMES = 3;

const BY_REASON = {
  'cluster-unreachable': 'problem.unreachable',
  'controller-silent': 'problem.silent',
  frozen: 'problem.frozen',
  'comparison-error': 'problem.comparison',
  'invalid-spec': 'problem.invalid',
  'not-reconciled': 'problem.notReconciled',
} as const;

const BY_STATUS = {
  Degraded: 'problem.degraded',
  Missing: 'problem.missing',
  Unknown: 'problem.unknown',
  Progressing: 'problem.progressing',
  Suspended: 'problem.suspended',
  Healthy: 'problem.outOfSync',
  OutOfSync: 'problem.outOfSync',
} as const;

/** One clause about deployments that have the same trouble. */
export function problemText(offenders: Offender[], words: Words): string {
  const { t, time, now } = words;
  const [{ status, reason, since }] = offenders;
  const age = time.age(since, now);
  if (reason === 'hub-down' || reason === 'hub-stale') {
    return age ? t('problem.noNewsFor', { age }) : t('problem.noNews');
  }
  const all = [
    ...new Set(offenders.map(({ cluster, name }) => cluster ?? name)),
  ];
  const names = shortList(all, words);
  if (reason === 'cluster-unreachable' && all.length === 1 && age) {
    return t('problem.unreachableFor', { names, age });
  }
  const key = reason ? BY_REASON[reason] : BY_STATUS[status];
  return t(key, { names, count: all.length });
}

function shortList(names: string[], { t, time }: Words): string {
  const rest = names.length - MAX_NAMES;
  return rest > 0
    ? time.list([
        ...names.slice(0, MAX_NAMES),
        t('headline.more', { amount: String(rest) }),
      ])
    : time.list(names);
}
