import { Text } from '@backstage/ui';
import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { agoText } from '../../text/ago';
import { isHeard } from '../../text/hubs';
import styles from './FreshnessLine.module.css';

/** One quiet line below the head line, always there so that nothing jumps. */
export const FreshnessLine = ({ hubs }: { hubs: HubStatus[] }) => {
  const words = useWords();
  const { t, time, now } = words;
  // Of one that is not read to its end the banner tells.
  const live = hubs.filter(isHeard);
  const lagging = hubs.filter(
    hub => hub.complete && hub.freshness === 'lagging',
  );
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
