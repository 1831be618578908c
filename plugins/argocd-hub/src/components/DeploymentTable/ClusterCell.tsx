import { EntityRefLink } from '@backstage/plugin-catalog-react';
import {
  RiErrorWarningFill,
  RiPauseCircleFill,
  RiWifiOffLine,
} from '@remixicon/react';
import { useWords } from '../../hooks/useWords';
import { causeText } from '../../text/shown';
import { StatusChip } from '../StatusChip/StatusChip';
import styles from './DeploymentTable.module.css';
import { clusterName, type DeploymentRow } from './rows';

const PROBLEMS = {
  'no-such-cluster': 'cluster.missing',
  'ambiguous-cluster': 'cluster.ambiguous',
  invalid: 'cluster.invalid',
} as const;

const Verdict = ({ row, muted }: { row: DeploymentRow; muted: boolean }) => {
  const words = useWords();
  const { t, time, now } = words;
  const verdict = row.cluster?.verdict;
  if (!verdict) {
    return null;
  }
  const hint = {
    time: time.clock(verdict.since, now),
    cause: causeText(verdict.reason, words),
  };
  if (verdict.reachability === 'unreachable') {
    return (
      <StatusChip
        tone={muted ? 'neutral' : 'danger'}
        icon={RiWifiOffLine}
        title={t('cluster.unreachableHint', hint)}
      >
        {t('cluster.unreachable', { age: time.age(verdict.since, now) ?? '' })}
      </StatusChip>
    );
  }
  if (verdict.reachability === 'suspect') {
    return (
      <StatusChip
        tone={muted ? 'neutral' : 'warning'}
        icon={RiErrorWarningFill}
        title={t('cluster.suspectHint', hint)}
      >
        {t('cluster.suspect')}
      </StatusChip>
    );
  }
  return null;
};

const Paused = ({ row }: { row: DeploymentRow }) => {
  const { t } = useWords();
  const paused = row.cluster?.paused;
  if (!paused) {
    return null;
  }
  const draining = paused === 'draining';
  return (
    <StatusChip
      tone="neutral"
      icon={RiPauseCircleFill}
      title={t(draining ? 'cluster.drainingHint' : 'cluster.pausedHint')}
    >
      {t(draining ? 'cluster.draining' : 'cluster.paused')}
    </StatusChip>
  );
};

/** Which cluster, in which environment and region, and whether it answers. */
export const ClusterCell = (props: { row: DeploymentRow; muted: boolean }) => {
  const { deployment, cluster, hub } = props.row;
  const { t } = useWords();
  const name = clusterName(deployment);
  const { destination } = deployment;
  const facts = [
    deployment.environment ?? cluster?.environment,
    cluster?.region,
    hub && t('cluster.onHub', { hub: hub.title }),
  ].filter(Boolean);
  return (
    <div className={styles.stack}>
      <span className={styles.strong} title={name}>
        {cluster?.entityRef ? (
          <EntityRefLink entityRef={cluster.entityRef} title={name} />
        ) : (
          name
        )}
      </span>
      {facts.length > 0 && (
        <span className={styles.facts}>{facts.join(' · ')}</span>
      )}
      {'problem' in destination && (
        <StatusChip tone="warning" icon={RiErrorWarningFill}>
          {t(PROBLEMS[destination.problem])}
        </StatusChip>
      )}
      <Verdict {...props} />
      <Paused {...props} />
    </div>
  );
};
