import { Alert, Button } from '@backstage/ui';
import { isForbidden } from '../../hooks/isForbidden';
import { useWords } from '../../hooks/useWords';

/** Nothing can be shown: not allowed, or not possible just now. */
export const LoadFailed = (props: {
  name: string;
  error: Error;
  onRetry(): void;
}) => {
  const { name, error, onRetry } = props;
  const { t } = useWords();
  if (isForbidden(error)) {
    return (
      <Alert
        icon
        role="status"
        status="info"
        title={t('forbidden.title')}
        description={t('forbidden.text', { name })}
      />
    );
  }
  return (
    <Alert
      icon
      role="alert"
      status="danger"
      title={t('failed.title')}
      description={error.message}
      customActions={
        <Button size="small" variant="secondary" onPress={onRetry}>
          {t('failed.retry')}
        </Button>
      }
    />
  );
};
