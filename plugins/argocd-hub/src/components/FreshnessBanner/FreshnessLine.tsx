import { Text } from '@backstage/ui';
import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { agoText } from '../../text/ago';
import styles from './FreshnessLine.module.css';

/** One quiet line below the head line, always there so that nothing jumps. */
export const FreshnessLine = ({ hubs }: { hubs: HubStatus[] }) => {
  const words = useWords();
  const { t, time, now } = words;
  const live = hubs.filter(hub => hub.freshness === 'live');
  const lagging = hubs.filter(hub => hub.freshness === 'lagging');
  const parts: string[] = lagging.map(({ title, observedAt }) =>
    observedAt
      ? t('freshness.lagging', {
          hub: title,
          time: time.clock(observedAt, now),
          ago: agoText(observedAt, words),
        })
      : t('freshness.laggingUnknown', { hub: title }),
  );
  if (live.length > 0) {
    const titles = time.list(live.map(hub => hub.title));
    parts.unshift(t('freshness.live', { hubs: titles }));
  }
  return (
    <Text
      as="p"
      variant="body-small"
      className={styles.line}
      data-live={live.length === hubs.length && live.length > 0}
    >
      {parts.join(' · ')}
    </Text>
  );
};
