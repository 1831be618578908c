import type { HubStatus, Offender } from 'backstage-plugin-argocd-hub-common';
import type { Words } from '../hooks/useWords';

const MAX_NAMES = 3;
/** Longer than any cluster name that a person chose. */
const MAX_NAME = 40;

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
export function problemText(
  offenders: Offender[],
  hubs: HubStatus[],
  words: Words,
): string {
  const { t, time, now } = words;
  const [{ status, reason, since }] = offenders;
  const age = time.age(since, now);
  if (reason === 'hub-down' || reason === 'hub-stale') {
    const silent = hubs.filter(({ name }) =>
      offenders.some(({ hub }) => hub === name),
    );
    const titles = shortList(
      silent.map(hub => hub.title),
      words,
    );
    return age
      ? t('problem.noNewsFor', { hubs: titles, age })
      : t('problem.noNews', { hubs: titles });
  }
  const all = unique(offenders.map(({ cluster, name }) => cluster ?? name));
  const names = shortList(all, words);
  if (reason === 'cluster-unreachable' && all.length === 1 && age) {
    return t('problem.unreachableFor', { names, age });
  }
  const key = reason ? BY_REASON[reason] : BY_STATUS[status];
  return t(key, { names, count: all.length });
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}

/** The first few names; the head line is read at a glance. */
export function shortList(names: string[], { t, time }: Words): string {
  const rest = names.length - MAX_NAMES;
  const first = names.slice(0, MAX_NAMES).map(shorten);
  return time.list(
    rest > 0 ? [...first, t('headline.more', { amount: String(rest) })] : first,
  );
}

function shorten(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
}
