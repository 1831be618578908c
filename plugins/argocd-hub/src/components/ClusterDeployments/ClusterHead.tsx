import { Text } from '@backstage/ui';
import {
  RiCheckboxCircleFill,
  RiErrorWarningFill,
  RiPauseCircleFill,
  RiQuestionFill,
  RiWifiOffLine,
} from '@remixicon/react';
import type { ClusterSummary } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { agoText } from '../../text/ago';
import { verdictText } from '../../text/verdict';
import { EvidenceList } from '../EvidenceList/EvidenceList';
import { StateHeading } from '../Headline/StateHeading';
import { StatusChip } from '../StatusChip/StatusChip';
import styles from './ClusterDeployments.module.css';

const LOOKS = {
  reachable: { tone: 'success', Icon: RiCheckboxCircleFill },
  suspect: { tone: 'warning', Icon: RiErrorWarningFill },
  unreachable: { tone: 'danger', Icon: RiWifiOffLine },
  'not-monitored': { tone: 'neutral', Icon: RiQuestionFill },
  unknown: { tone: 'neutral', Icon: RiQuestionFill },
} as const;

const Verdict = (props: { cluster: ClusterSummary; muted: boolean }) => {
  const { cluster, muted } = props;
  const words = useWords();
  return (
    <StateHeading
      {...(LOOKS[cluster.verdict.reachability] ?? LOOKS.unknown)}
      muted={muted}
      text={verdictText(cluster, words)}
      steadyText={verdictText(cluster, words, { ages: false })}
    />
  );
};

const Facts = ({ cluster }: { cluster: ClusterSummary }) => {
  const words = useWords();
  const { t } = words;
  const { environment, region, role, hub, kubernetesVersion } = cluster;
  const facts = [
    ...[environment, region, role],
    t('verdict.applications', { count: cluster.applications }),
    t('verdict.hub', { hub }),
    kubernetesVersion &&
      t('verdict.kubernetes', { version: kubernetesVersion }),
    cluster.verdict.observedAt &&
      t('verdict.checked', { ago: agoText(cluster.verdict.observedAt, words) }),
  ].filter(Boolean);
  return (
    <Text as="p" variant="body-small" className={styles.facts}>
      {facts.join(' · ')}
    </Text>
  );
};

/** The verdict about a cluster, what it is made of, and the cluster in one line. */
export const ClusterHead = (props: {
  cluster: ClusterSummary;
  muted: boolean;
}) => {
  const { cluster } = props;
  const { t } = useWords();
  const { evidence } = cluster.verdict;
  const isDraining = cluster.paused === 'draining';
  return (
    <div className={styles.head}>
      <Verdict {...props} />
      <Facts cluster={cluster} />
      {cluster.paused && (
        <div>
          <StatusChip
            tone="neutral"
            icon={RiPauseCircleFill}
            title={t(
              isDraining ? 'cluster.drainingHint' : 'cluster.pausedHint',
            )}
          >
            {t(isDraining ? 'cluster.draining' : 'cluster.paused')}
          </StatusChip>
        </div>
      )}
      {evidence.length > 0 && (
        <section className={styles.evidence}>
          <Text as="h3" variant="body-medium" weight="bold">
            {t('verdict.evidence')}
          </Text>
          <EvidenceList evidence={evidence} />
        </section>
      )}
    </div>
  );
};
