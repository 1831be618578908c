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

const EvidenceLine = (props: { evidence: Evidence; isOver: boolean }) => {
  const words = useWords();
  const { t, time } = words;
  const { kind, says, reason, at } = props.evidence;
  const said = {
    kind: t(`evidence.${kind}`),
    says:
      props.isOver && says === 'reachable'
        ? t('evidence.reachableBefore')
        : t(SAYS[says]),
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

/** What a verdict about a cluster is made of, the newest of each kind first. */
export const EvidenceList = (props: { evidence: Evidence[] }) => {
  const kinds = [...new Set(props.evidence.map(({ kind }) => kind))];
  const lines = kinds.flatMap(kind =>
    props.evidence
      .filter(item => item.kind === kind)
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
      .map((evidence, position) => ({ evidence, isOver: position > 0 })),
  );
  return (
    <ul className={styles.evidence}>
      {lines.map(line => (
        <EvidenceLine
          key={`${line.evidence.kind}/${line.evidence.says}/${line.evidence.at}`}
          {...line}
        />
      ))}
    </ul>
  );
};
