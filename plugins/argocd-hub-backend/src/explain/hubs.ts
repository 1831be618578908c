import type {
  ExplainedHub,
  HubStatus,
  UncheckedPart,
} from 'backstage-plugin-argocd-hub-common';
import type { HubRecord } from '../store/HubStore';

/** A configured hub, and what is stored of it. */
export interface HubFacts {
  status: HubStatus;
  /** Absent where no replica has ever mirrored it. */
  record?: Pick<HubRecord, 'readableSets' | 'readableProjects'>;
}

/** What is known of a hub, and what could not be checked there. */
export function explainHub({ status, record }: HubFacts): ExplainedHub {
  const { name, freshness, since, observedAt, complete } = status;
  const { readableSets, readableProjects } = record ?? {};
  const unchecked: UncheckedPart[] = [];
  if (!complete) unchecked.push('applications');
  if (status.skipped > 0) unchecked.push('skipped-applications');
  if (readableSets !== 'all') unchecked.push('application-sets');
  if (readableProjects !== 'all') unchecked.push('projects');
  if (isOld(freshness)) unchecked.push('now');
  return {
    name,
    freshness,
    ...(since && { since }),
    ...(observedAt && { observedAt }),
    complete,
    readable: {
      ...(readableSets && { applicationSets: readableSets }),
      ...(readableProjects && { projects: readableProjects }),
    },
    unchecked,
  };
}

export function isOld(freshness: HubStatus['freshness']): boolean {
  return freshness === 'stale' || freshness === 'down';
}
