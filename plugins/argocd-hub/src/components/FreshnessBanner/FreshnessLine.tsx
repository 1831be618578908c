import { Text } from '@backstage/ui';
import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import styles from './FreshnessLine.module.css';

/** One quiet line below the head line, always there so that nothing jumps. */
export const FreshnessLine = ({ hubs }: { hubs: HubStatus[] }) => {
  const { t, time, now } = useWords();
  const live = hubs.filter(hub => hub.freshness === 'live');
  const lagging = hubs.filter(hub => hub.freshness === 'lagging');
  const parts = lagging.map(hub => {
    const age = time.age(hub.observedAt, now);
    return hub.observedAt && age
      ? t('freshness.lagging', {
          hub: hub.title,
          time: time.clock(hub.observedAt, now),
          ago: t('time.ago', { age }),
        })
      : hub.title;
  });
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
