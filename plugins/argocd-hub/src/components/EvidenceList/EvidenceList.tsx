import type { Evidence } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { agoText } from '../../text/ago';
import { causeText } from '../../text/shown';
import styles from './EvidenceList.module.css';

const SAYS = {
  reachable: 'evidence.reachable',
  suspect: 'evidence.suspect',
  unreachable: 'evidence.unreachable',
  'not-monitored': 'evidence.notMonitored',
  unknown: 'evidence.unknown',
} as const;

const EvidenceLine = ({ evidence }: { evidence: Evidence }) => {
  const words = useWords();
  const { t, time } = words;
  const { kind, says, reason, at } = evidence;
  const said = {
    kind: t(`evidence.${kind}`),
    says: t(SAYS[says]),
    ago: agoText(at, words),
  };
  return (
    <li title={time.exact(at)}>
      {reason
        ? t('details.evidenceBecause', {
            ...said,
            cause: causeText(reason, words),
          })
        : t('details.evidence', said)}
    </li>
  );
};

/** What a verdict about a cluster is made of. */
export const EvidenceList = (props: { evidence: Evidence[] }) => (
  <ul className={styles.evidence}>
    {props.evidence.map(item => (
      <EvidenceLine key={`${item.kind}/${item.at}`} evidence={item} />
    ))}
  </ul>
);
