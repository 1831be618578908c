import { Alert, Button } from '@backstage/ui';
import { useWords } from '../../hooks/useWords';

/** 403 and 404 alike: the backend does not tell whether something it may not show exists. */
function isForbidden(error: Error): boolean {
  const { statusCode, name } = error as Error & { statusCode?: number };
  return (
    statusCode === 403 ||
    statusCode === 404 ||
    name === 'NotAllowedError' ||
    name === 'NotFoundError'
  );
}

/** Nothing was ever loaded: not allowed, or not possible just now. */
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
