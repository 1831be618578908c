import {
  RiCheckboxCircleFill,
  RiCheckLine,
  RiCloseCircleFill,
  RiErrorWarningFill,
  RiGitCommitLine,
  RiLoader4Line,
  RiPauseCircleFill,
  RiQuestionFill,
  type RemixiconComponentType,
} from '@remixicon/react';
import type {
  HealthStatus,
  SyncStatus,
} from 'backstage-plugin-argocd-hub-common';
import type { Tone } from './StatusChip';

interface Look {
  tone: Tone;
  icon: RemixiconComponentType;
}

export const HEALTH_LOOKS: Record<HealthStatus, Look> = {
  Healthy: { tone: 'success', icon: RiCheckboxCircleFill },
  Progressing: { tone: 'info', icon: RiLoader4Line },
  Suspended: { tone: 'neutral', icon: RiPauseCircleFill },
  Missing: { tone: 'warning', icon: RiErrorWarningFill },
  Degraded: { tone: 'danger', icon: RiCloseCircleFill },
  Unknown: { tone: 'neutral', icon: RiQuestionFill },
};

export const SYNC_LOOKS: Record<SyncStatus, Look> = {
  Synced: { tone: 'success', icon: RiCheckLine },
  OutOfSync: { tone: 'warning', icon: RiGitCommitLine },
  Unknown: { tone: 'neutral', icon: RiQuestionFill },
};
