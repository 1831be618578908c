import type {
  ReasonClass,
  Shown,
  UnknownReason,
  Verdict,
} from 'backstage-plugin-argocd-hub-common';
import type { Words } from '../hooks/useWords';

const CAUSES = {
  dns: 'cause.dns',
  tls: 'cause.tls',
  auth: 'cause.auth',
  timeout: 'cause.timeout',
  refused: 'cause.refused',
  'no-probe': 'cause.noProbe',
  other: 'cause.other',
} as const;

const REASONS = {
  'cluster-unreachable': 'reason.clusterUnreachable',
  'controller-silent': 'reason.controllerSilent',
  frozen: 'reason.frozen',
  'hub-stale': 'reason.hubStale',
  'hub-down': 'reason.hubDown',
  'comparison-error': 'reason.comparisonError',
  'invalid-spec': 'reason.invalidSpec',
  'not-reconciled': 'reason.notReconciled',
} as const;

/** Why a connection fails, in plain words. */
export function causeText(reason: ReasonClass | undefined, { t }: Words) {
  return t(CAUSES[reason ?? 'other'] ?? CAUSES.other);
}

function reasonText(
  reason: UnknownReason,
  verdict: Verdict | undefined,
  words: Words,
): string {
  if (reason === 'cluster-unreachable' && verdict?.reason) {
    const cause = causeText(verdict.reason, words);
    return words.t('reason.clusterUnreachableBy', { cause });
  }
  return words.t(REASONS[reason]);
}

/**
 * "was Healthy until 14:02 — cluster unreachable (connection refused)": what is
 * said below a state that is not Argo CD's own word; undefined where it is.
 */
export function shownText<S extends string>(
  shown: Shown<S>,
  options: {
    words: Words;
    statusText: (status: S) => string;
    verdict?: Verdict;
    /** Leave the reason out where it stands beside already. */
    withReason?: boolean;
  },
): string | undefined {
  const { words, statusText, verdict, withReason = true } = options;
  const reason = shown.reason && reasonText(shown.reason, verdict, words);
  if (!shown.reported) {
    return withReason ? reason : undefined;
  }
  const status = statusText(shown.reported);
  const was = shown.since
    ? words.t('shown.wasUntil', {
        status,
        time: words.time.clock(shown.since, words.now),
      })
    : words.t('shown.was', { status });
  return reason && withReason ? words.t('shown.because', { was, reason }) : was;
}
