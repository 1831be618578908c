import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { useWords } from '../../hooks/useWords';
import styles from './DeploymentTable.module.css';
import type { DeploymentRow } from './rows';

const MAX_ENTITIES = 3;

/** Which application, for whom, and in which namespace of the cluster. */
export const ApplicationCell = ({ row }: { row: DeploymentRow }) => {
  const { deployment, entities = [], unmapped } = row;
  const { t } = useWords();
  const { name, destination } = deployment;
  return (
    <div className={styles.stack}>
      <span className={styles.strong} title={name}>
        {name}
      </span>
      {entities.slice(0, MAX_ENTITIES).map(({ entityRef }) => (
        <EntityRefLink key={entityRef} entityRef={entityRef} />
      ))}
      {entities.length > MAX_ENTITIES && (
        <span className={styles.quiet}>
          {t('links.more', { amount: String(entities.length - MAX_ENTITIES) })}
        </span>
      )}
      {unmapped && <span className={styles.quiet}>{t('table.unmapped')}</span>}
      {destination.namespace && (
        <span className={styles.quiet}>
          {t('table.namespace', { namespace: destination.namespace })}
        </span>
      )}
    </div>
  );
};
