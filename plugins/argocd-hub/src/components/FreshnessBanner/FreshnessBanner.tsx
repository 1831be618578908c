import { Alert, Button, Flex } from '@backstage/ui';
import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import { useWords, type Words } from '../../hooks/useWords';
import { agoText } from '../../text/ago';
import { isAged, isUntold, whyText } from '../../text/hubs';

function asOf({ observedAt }: HubStatus, words: Words): string {
  const { t, time, now } = words;
  return observedAt
    ? t('freshness.asOf', {
        time: time.clock(observedAt, now),
        ago: agoText(observedAt, words),
      })
    : t('freshness.asOfUnknown');
}

/** What is shown of a hub that is not heard, and why it is not. */
function describe(hub: HubStatus, words: Words): string {
  const { t } = words;
  const why = whyText(hub, words);
  const parts = isUntold(hub)
    ? [why ?? t('freshness.why.unknown'), t('freshness.never')]
    : [why, asOf(hub, words), !hub.complete && t('freshness.incomplete')];
  return parts.filter(Boolean).join(' ');
}

function titleOf(hub: HubStatus) {
  if (isUntold(hub)) {
    return 'freshness.neverTitle';
  }
  return hub.freshness === 'down'
    ? 'freshness.downTitle'
    : 'freshness.staleTitle';
}

const HubAlert = ({ hub }: { hub: HubStatus }) => {
  const words = useWords();
  const { t } = words;
  if (isAged(hub)) {
    return (
      <Alert
        icon
        role="status"
        status="warning"
        title={t(titleOf(hub), { hub: hub.title })}
        description={describe(hub, words)}
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
