import { RiQuestionLine } from '@remixicon/react';
import { useWords } from '../../hooks/useWords';
import styles from './DeploymentTable.module.css';

/** Below a state that only Argo CD vouches for. */
export const NotVerified = () => {
  const { t } = useWords();
  return (
    <span className={styles.unverified} title={t('shown.unverifiedHint')}>
      <RiQuestionLine size={14} aria-hidden="true" className={styles.mark} />
      {t('shown.unverified')}
    </span>
  );
};
