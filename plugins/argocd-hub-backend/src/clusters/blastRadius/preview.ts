import limiterFactory from 'p-limit';
import { HubError } from '../../hub/HubError';
import type { ArgoApplicationSet } from '../../hub/types';
import type { OnboardingHub } from '../types';
import {
  hasTemplatedValues,
  narrowToCluster,
  takesCluster,
  type HypotheticalCluster,
} from './generators';

const AT_ONCE = 4;

/** What a set would do with a cluster. */
export interface SetPreview {
  applicationSet: string;
  /** Absent where the hub could not be asked for names. */
  applications?: string[];
  /** Why the hub could not tell names, or what would go wrong. */
  note?: string;
}

/** The sets whose selectors take the first cluster and not the second. */
export function newlyTaken(
  sets: ArgoApplicationSet[],
  options: { by: HypotheticalCluster; notBy?: HypotheticalCluster },
): ArgoApplicationSet[] {
  const { by, notBy } = options;
  return sets.filter(
    set => takesCluster(set, by) && !(notBy && takesCluster(set, notBy)),
  );
}

/**
 * Asks the hub which applications the sets would generate for the cluster. The
 * selectors are evaluated here, because the hub knows only what exists; for
 * names it needs the right to create ApplicationSets, and without that our own
 * evaluation stands alone.
 */
export async function previewSets(
  client: Pick<OnboardingHub, 'generateApplicationSet'>,
  sets: ArgoApplicationSet[],
  cluster: HypotheticalCluster,
): Promise<SetPreview[]> {
  const limiter = limiterFactory(AT_ONCE);
  return Promise.all(
    sets.map(set => limiter(() => previewSet(client, set, cluster))),
  );
}

async function previewSet(
  client: Pick<OnboardingHub, 'generateApplicationSet'>,
  set: ArgoApplicationSet,
  cluster: HypotheticalCluster,
): Promise<SetPreview> {
  const applicationSet = set.metadata.name;
  if (hasTemplatedValues(set)) {
    return {
      applicationSet,
      note: `${applicationSet} computes values for each cluster, so the names of its applications are known only afterwards.`,
    };
  }
  try {
    const applications = await client.generateApplicationSet(
      narrowToCluster(set, cluster),
    );
    if (applications.length === 0) {
      return {
        applicationSet,
        applications: [],
        note: `${applicationSet} takes the cluster but makes no application for it.`,
      };
    }
    return {
      applicationSet,
      applications: applications.map(({ metadata }) => metadata.name),
    };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return { applicationSet, note: noteOf(applicationSet, error) };
  }
}

function noteOf(applicationSet: string, error: HubError): string {
  if (error.isMissing) {
    return `${applicationSet} takes the cluster; the hub's account may not preview the names of its applications (applicationsets, create).`;
  }
  if (error.isOutage) {
    return `${applicationSet} takes the cluster; the hub did not tell the names of its applications.`;
  }
  return `${applicationSet} takes the cluster; its applications could not be previewed: ${error.message}`;
}
