import { Text, VisuallyHidden } from '@backstage/ui';
import {
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiErrorWarningFill,
  RiLoader4Line,
  RiQuestionFill,
} from '@remixicon/react';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { headline } from '../../text/headline';
import styles from './Headline.module.css';

function look({ rollup }: EntityDeployments) {
  if (rollup.health === 'Degraded' || rollup.unreachableClusters > 0) {
    return { tone: 'danger', Icon: RiCloseCircleFill };
  }
  if (rollup.health === 'Missing') {
    return { tone: 'warning', Icon: RiErrorWarningFill };
  }
  if (rollup.health === 'Progressing') {
    return { tone: 'info', Icon: RiLoader4Line };
  }
  if (rollup.health === 'Healthy') {
    return (rollup.bySync.OutOfSync ?? 0) > 0
      ? { tone: 'warning', Icon: RiErrorWarningFill }
      : { tone: 'success', Icon: RiCheckboxCircleFill };
  }
  return { tone: 'neutral', Icon: RiQuestionFill };
}

export interface HeadlineProps {
  data: EntityDeployments;
  /** No colour: what is shown may have changed long ago. */
  muted: boolean;
}

/** The roll-up in words. Screen readers hear of changes, not of every minute that passes. */
export const Headline = ({ data, muted }: HeadlineProps) => {
  const words = useWords();
  const { tone, Icon } = look(data);
  return (
    <div className={styles.headline} data-tone={muted ? 'neutral' : tone}>
      <Icon size={20} aria-hidden="true" className={styles.icon} />
      <Text as="h2" variant="title-x-small" className={styles.text}>
        {headline(data, words)}
      </Text>
      <VisuallyHidden aria-live="polite">
        {headline(data, words, { ages: false })}
      </VisuallyHidden>
    </div>
  );
};
