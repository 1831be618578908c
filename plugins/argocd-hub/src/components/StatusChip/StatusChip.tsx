import type { RemixiconComponentType } from '@remixicon/react';
import type { ReactNode } from 'react';
import styles from './StatusChip.module.css';

export type Tone = 'success' | 'info' | 'warning' | 'danger' | 'neutral';

export interface StatusChipProps {
  tone: Tone;
  icon: RemixiconComponentType;
  /** Dashed: the word is not ours and could not be checked. Such a state has a neutral tone. */
  unverified?: boolean;
  title?: string;
  children: ReactNode;
}

/** A state as icon and word; the colour only repeats what they say. */
export const StatusChip = (props: StatusChipProps) => {
  const { tone, icon: Icon, unverified, title, children } = props;
  return (
    <span
      className={styles.chip}
      data-tone={tone}
      data-unverified={unverified || undefined}
      title={title}
    >
      <Icon size={14} aria-hidden="true" className={styles.icon} />
      {children}
    </span>
  );
};
