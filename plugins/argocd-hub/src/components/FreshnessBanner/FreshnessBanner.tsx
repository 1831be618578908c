import { Alert, Button, Flex } from '@backstage/ui';
import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import { useWords, type Words } from '../../hooks/useWords';

function asOf(hub: HubStatus, { t, time, now }: Words): string {
  const age = time.age(hub.observedAt, now);
  if (!hub.observedAt || !age) {
    return t('freshness.asOfUnknown');
  }
  return t('freshness.asOf', {
    time: time.clock(hub.observedAt, now),
    ago: t('time.ago', { age }),
  });
}

const HubAlert = ({ hub }: { hub: HubStatus }) => {
  const words = useWords();
  const { t } = words;
  if (hub.freshness === 'stale' || hub.freshness === 'down') {
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
  if (!hub.complete) {
    return (
      <Alert
        icon
        role="status"
        status="info"
        title={t('freshness.incompleteTitle', { hub: hub.title })}
        description={t('freshness.incomplete')}
      />
    );
  }
  return null;
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
  const { t, time, now } = useWords();
  const lostAt = lostSince && new Date(lostSince).toISOString();
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
            ago: t('time.ago', { age: time.age(lostAt, now)! }),
          })}
          customActions={
            <Button size="small" variant="secondary" onPress={onRetry}>
              {t('failed.retry')}
            </Button>
          }
        />
      )}
      {hubs.map(hub => (
        <HubAlert key={hub.name} hub={hub} />
      ))}
    </Flex>
  );
};
