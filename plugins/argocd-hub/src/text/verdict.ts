import type { ClusterSummary } from 'backstage-plugin-argocd-hub-common';
import type { Words } from '../hooks/useWords';
import { causeText } from './shown';

/** The verdict about a cluster in one sentence: "prod has been unreachable for 12 min: connection refused". */
export function verdictText(
  { name, verdict }: Pick<ClusterSummary, 'name' | 'verdict'>,
  words: Words,
  options: { ages: boolean } = { ages: true },
): string {
  const { t, time, now } = words;
  const cause = causeText(verdict.reason, words);
  const age = options.ages ? time.age(verdict.since, now) : undefined;
  switch (verdict.reachability) {
    case 'reachable':
      return t('verdict.reachable', { name });
    case 'suspect':
      return t('verdict.suspect', { name, cause });
    case 'unreachable':
      return age
        ? t('verdict.unreachableFor', { name, age, cause })
        : t('verdict.unreachable', { name, cause });
    case 'not-monitored':
      return t('verdict.notMonitored', { name });
    default:
      return verdict.reason
        ? t('verdict.unknownBecause', { name, cause })
        : t('verdict.unknown', { name });
  }
}
