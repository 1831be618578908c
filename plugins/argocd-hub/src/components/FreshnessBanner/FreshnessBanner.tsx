import { Alert, Button, Flex } from '@backstage/ui';
import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import { useWords, type Words } from '../../hooks/useWords';
import { agoText } from '../../text/ago';

function asOf({ observedAt }: HubStatus, words: Words): string {
  const { t, time, now } = words;
  return observedAt
    ? t('freshness.asOf', {
        time: time.clock(observedAt, now),
        ago: agoText(observedAt, words),
      })
    : t('freshness.asOfUnknown');
}

function isAged({ freshness }: HubStatus): boolean {
  return freshness === 'stale' || freshness === 'down';
}

const HubAlert = ({ hub }: { hub: HubStatus }) => {
  const words = useWords();
  const { t } = words;
  if (isAged(hub)) {
    const title =
      hub.freshness === 'down' ? 'freshness.downTitle' : 'freshness.staleTitle';
    return (
      <Alert
        icon
        role="status"
        status="warning"
        title={t(title, { hub: hub.title })}
        description={asOf(hub, words)}
      />
    );
  }
  return (
    <Alert
      icon
      role="status"
      status="info"
      title={t('freshness.incompleteTitle', { hub: hub.title })}
      description={t('freshness.incomplete')}
    />
  );
};

export interface FreshnessBannerProps {
  hubs: HubStatus[];
  /** Set while the backend cannot be reached: when it last answered, in milliseconds since the epoch. */
  lostSince?: number;
  onRetry(): void;
}

/** Says how old what is shown may be, where that matters. */
export const FreshnessBanner = (props: FreshnessBannerProps) => {
  const { hubs, lostSince, onRetry } = props;
  const words = useWords();
  const { t, time, now } = words;
  const lostAt = lostSince && new Date(lostSince).toISOString();
  const worthSaying = hubs.filter(hub => isAged(hub) || !hub.complete);
  if (!lostAt && worthSaying.length === 0) {
    return null;
  }
  return (
    <Flex direction="column" gap="2">
      {lostAt && (
        <Alert
          icon
          role="status"
          status="warning"
          title={t('freshness.lostTitle')}
          description={t('freshness.lost', {
            time: time.clock(lostAt, now),
            ago: agoText(lostAt, words),
          })}
          customActions={
            <Button size="small" variant="secondary" onPress={onRetry}>
              {t('failed.retry')}
            </Button>
          }
        />
      )}
      {worthSaying.map(hub => (
        <HubAlert key={hub.name} hub={hub} />
      ))}
    </Flex>
  );
};
