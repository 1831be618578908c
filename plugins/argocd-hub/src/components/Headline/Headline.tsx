import {
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiErrorWarningFill,
  RiLoader4Line,
  RiQuestionFill,
} from '@remixicon/react';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { headline, isUnverified } from '../../text/headline';
import { isHeard } from '../../text/hubs';
import { StateHeading } from './StateHeading';

/** Every hub is heard, and every state was checked; of further pages that is not known. */
function isCertain({ hubs, deployments, nextCursor }: EntityDeployments) {
  return hubs.every(isHeard) && !deployments.some(isUnverified) && !nextCursor;
}

function look(data: EntityDeployments) {
  const { rollup } = data;
  if (rollup.health === 'Degraded' || rollup.unreachableClusters > 0) {
    return { tone: 'danger', Icon: RiCloseCircleFill };
  }
  if (rollup.health === 'Missing') {
    return { tone: 'warning', Icon: RiErrorWarningFill };
  }
  if (rollup.health === 'Progressing') {
    return { tone: 'info', Icon: RiLoader4Line };
  }
  if (rollup.health === 'Healthy' && (rollup.bySync.OutOfSync ?? 0) > 0) {
    return { tone: 'warning', Icon: RiErrorWarningFill };
  }
  if (rollup.health === 'Healthy' && isCertain(data)) {
    return { tone: 'success', Icon: RiCheckboxCircleFill };
  }
  return { tone: 'neutral', Icon: RiQuestionFill };
}

export interface HeadlineProps {
  data: EntityDeployments;
  /** No colour: what is shown may have changed long ago. */
  muted: boolean;
}

/** The roll-up in words. */
export const Headline = ({ data, muted }: HeadlineProps) => {
  const words = useWords();
  return (
    <StateHeading
      {...look(data)}
      muted={muted}
      text={headline(data, words)}
      steadyText={headline(data, words, { ages: false })}
    />
  );
};
