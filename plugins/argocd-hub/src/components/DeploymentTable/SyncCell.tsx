import type { Operation } from 'backstage-plugin-argocd-hub-common';
import { useWords, type Words } from '../../hooks/useWords';
import { agoText } from '../../text/ago';
import { shownText } from '../../text/shown';
import { StatusChip } from '../StatusChip/StatusChip';
import { SYNC_LOOKS } from '../StatusChip/tones';
import styles from './DeploymentTable.module.css';
import { NotVerified } from './NotVerified';
import type { DeploymentRow } from './rows';

function operationText(operation: Operation, words: Words): string | undefined {
  const { t, time, now } = words;
  switch (operation.phase) {
    case 'Running':
      return t('operation.running', {
        age: time.age(operation.startedAt, now) ?? '',
      });
    case 'Terminating':
      return t('operation.terminating');
    case 'Failed':
    case 'Error':
      return t('operation.failed', {
        ago: agoText(operation.finishedAt ?? operation.startedAt, words),
      });
    default:
      return undefined;
  }
}

/** Sync, and the operation while one runs or after one failed. */
export const SyncCell = (props: { row: DeploymentRow; muted: boolean }) => {
  const { row, muted } = props;
  const words = useWords();
  const { t } = words;
  const { sync, health, operation } = row.deployment;
  const { tone, icon } = SYNC_LOOKS[sync.status] ?? SYNC_LOOKS.Unknown;
  const why = shownText(sync, {
    words,
    statusText: status => t(`sync.${status}`),
    verdict: row.cluster?.verdict,
    withReason: sync.reason !== health.reason,
  });
  const doing = operation && operationText(operation, words);
  return (
    <div className={styles.stack}>
      <StatusChip
        tone={muted || sync.unverified ? 'neutral' : tone}
        icon={icon}
        unverified={sync.unverified}
        title={sync.unverified && t('shown.unverifiedHint')}
      >
        {t(`sync.${sync.status}`)}
      </StatusChip>
      {sync.unverified && <NotVerified />}
      {why && <span className={styles.quiet}>{why}</span>}
      {doing && (
        <span
          className={styles.quiet}
          title={
            operation.by &&
            t('operation.startedBy', {
              by: operation.by,
              time: words.time.clock(operation.startedAt, words.now),
            })
          }
        >
          {doing}
        </span>
      )}
    </div>
  );
};
