import { Text } from '@backstage/ui';
import type { Source } from 'backstage-plugin-argocd-hub-common';
import type { ReactNode } from 'react';
import { useWords } from '../../hooks/useWords';
import type { DeploymentRow } from '../DeploymentTable/rows';
import { EvidenceList } from '../EvidenceList/EvidenceList';
import { RelativeTime } from '../RelativeTime/RelativeTime';
import styles from './Details.module.css';

function sourceText(source: Source): string {
  const place = [source.repoUrl, source.path ?? source.chart]
    .filter(Boolean)
    .join(' · ');
  return source.targetRevision ? `${place} @ ${source.targetRevision}` : place;
}

const Section = (props: { title: string; children: ReactNode }) => (
  <section className={styles.section}>
    <Text as="h3" variant="body-medium" weight="bold">
      {props.title}
    </Text>
    {props.children}
  </section>
);

const Facts = ({ row }: { row: DeploymentRow }) => {
  const { t } = useWords();
  const { deployment } = row;
  const facts: [label: string, values: string[]][] = [
    [
      t('details.application'),
      [`${deployment.namespace}/${deployment.name} (${deployment.hub})`],
    ],
    [t('details.project'), [deployment.project]],
    [t('details.namespace'), [deployment.destination.namespace]],
    [t('details.source'), deployment.sources.map(sourceText)],
    [t('details.images'), deployment.images],
    [
      t('details.autoSync'),
      [t(deployment.autoSync ? 'details.on' : 'details.off')],
    ],
    [
      t('details.mappedBy'),
      deployment.mappedBy.map(({ key, value }) => `${key}: ${value}`),
    ],
  ];
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, values]) => values.length > 0)
        .map(([label, values]) => (
          <div key={label} className={styles.fact}>
            <dt>{label}</dt>
            {values.map(value => (
              <dd key={value}>{value}</dd>
            ))}
          </div>
        ))}
    </dl>
  );
};

/** One deployment in full: messages first, then the facts. */
export const Details = ({ row }: { row: DeploymentRow }) => {
  const { t } = useWords();
  const { conditions, operation } = row.deployment;
  const evidence = row.cluster?.verdict.evidence ?? [];
  return (
    <div className={styles.details}>
      {conditions.length > 0 && (
        <Section title={t('details.conditions')}>
          {conditions.map(({ type, message, since }) => (
            <div key={`${type}/${message}`} className={styles.message}>
              <strong>{type}</strong> {since && <RelativeTime at={since} />}
              <p>{message}</p>
            </div>
          ))}
        </Section>
      )}
      {operation && (
        <Section title={t('details.operation')}>
          <div className={styles.message}>
            <strong>{t(`phase.${operation.phase}`)}</strong>{' '}
            <RelativeTime at={operation.finishedAt ?? operation.startedAt} />
            {operation.message && <p>{operation.message}</p>}
          </div>
        </Section>
      )}
      {evidence.length > 0 && (
        <Section title={t('details.verdict')}>
          <EvidenceList evidence={evidence} />
        </Section>
      )}
      <Facts row={row} />
    </div>
  );
};
