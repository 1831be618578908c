import { Flex, Skeleton, VisuallyHidden } from '@backstage/ui';
import { useWords } from '../../hooks/useWords';
import styles from './States.module.css';

const ROWS = 3;

/** Takes the place that the head line and a small table will have. */
export const Loading = () => {
  const { t } = useWords();
  return (
    <Flex direction="column" gap="4" aria-busy="true">
      <VisuallyHidden role="status">{t('loading')}</VisuallyHidden>
      <Flex direction="column" gap="2">
        <Skeleton
          className={styles.skeleton}
          width="min(420px, 90%)"
          height={24}
        />
        <Skeleton className={styles.skeleton} width={160} height={18} />
      </Flex>
      <div className={styles.skeletonRows}>
        <Skeleton className={styles.skeleton} width="100%" height={40} />
        {Array.from({ length: ROWS }, (_, row) => (
          <Skeleton
            className={styles.skeleton}
            key={row}
            width="100%"
            height={72}
          />
        ))}
      </div>
    </Flex>
  );
};
