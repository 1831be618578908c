import { Text, VisuallyHidden } from '@backstage/ui';
import type { RemixiconComponentType } from '@remixicon/react';
import styles from './Headline.module.css';

/** A state in one sentence. Screen readers hear of changes, not of every minute that passes. */
export const StateHeading = (props: {
  tone: string;
  Icon: RemixiconComponentType;
  /** No colour: what is shown may have changed long ago. */
  muted: boolean;
  text: string;
  /** The same without what moves by itself. */
  steadyText: string;
}) => {
  const { tone, Icon, muted, text, steadyText } = props;
  return (
    <div className={styles.headline} data-tone={muted ? 'neutral' : tone}>
      <Icon size={20} aria-hidden="true" className={styles.icon} />
      <Text as="h2" variant="title-x-small" className={styles.text}>
        {text}
      </Text>
      <VisuallyHidden aria-live="polite">{steadyText}</VisuallyHidden>
    </div>
  );
};
