import type { Deployment } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { shownText } from '../../text/shown';
import { StatusChip } from '../StatusChip/StatusChip';
import { HEALTH_LOOKS } from '../StatusChip/tones';
import styles from './DeploymentTable.module.css';
import { NotVerified } from './NotVerified';
import type { DeploymentRow } from './rows';

/** The first error that Argo CD tells; not where it only repeats that the cluster is away. */
function errorMessage({ conditions, health }: Deployment): string | undefined {
  return health.reason === 'cluster-unreachable'
    ? undefined
    : conditions.find(({ type }) => type.endsWith('Error'))?.message;
}

/** Health, and when it is not Argo CD's own word, why. */
export const HealthCell = (props: { row: DeploymentRow; muted: boolean }) => {
  const { row, muted } = props;
  const words = useWords();
  const { t } = words;
  const { health, resources } = row.deployment;
  const { tone, icon } = HEALTH_LOOKS[health.status] ?? HEALTH_LOOKS.Unknown;
  const trouble = errorMessage(row.deployment);
  const why = shownText(health, {
    words,
    statusText: status => t(`health.${status}`),
    verdict: row.cluster?.verdict,
  });
  return (
    <div className={styles.stack}>
      <StatusChip
        tone={muted || health.unverified ? 'neutral' : tone}
        icon={icon}
        unverified={health.unverified}
        title={health.unverified && t('shown.unverifiedHint')}
      >
        {t(`health.${health.status}`)}
      </StatusChip>
      {health.unverified && <NotVerified />}
      {resources === 0 && (
        <span className={styles.quiet}>{t('shown.nothingDeployed')}</span>
      )}
      {why && <span className={styles.quiet}>{why}</span>}
      {trouble && (
        <span className={styles.clamped} title={trouble}>
          {trouble}
        </span>
      )}
    </div>
  );
};
