import type { ArgoApplicationSet } from '../../hub/types';
import type { Checklist } from '../Checklist';
import type { OnboardingHub } from '../types';
import { takesCluster } from './generators';
import { newlyTaken, previewSets, type SetPreview } from './preview';

/** What a registration sets off. */
export interface RegistrationRadius {
  /** Sets that take the cluster as soon as it is registered. */
  atRegistration: SetPreview[];
  /** Sets that take it once it has its labels. */
  atLabels: SetPreview[];
  /** Names of sets that have it already and keep it. */
  kept: string[];
}

/** Asked twice: for the cluster as it is registered, and with its final labels. */
export async function registrationRadius(
  client: Pick<OnboardingHub, 'generateApplicationSet'>,
  sets: ArgoApplicationSet[],
  cluster: {
    name: string;
    server: string;
    /** Labels of the hub's entry, where the cluster is registered already. */
    current?: Record<string, string>;
    first: Record<string, string>;
    last: Record<string, string>;
  },
): Promise<RegistrationRadius> {
  const { name, server, current } = cluster;
  const before = { name, server, labels: current ?? cluster.first };
  const after = { name, server, labels: { ...current, ...cluster.last } };
  const early = current ? [] : newlyTaken(sets, { by: before });
  const late = newlyTaken(sets, { by: after, notBy: before });
  const kept = sets.filter(
    set => current && takesCluster(set, before) && takesCluster(set, after),
  );
  return {
    atRegistration: await previewSets(client, early, before),
    atLabels: await previewSets(client, late, after),
    kept: kept.map(({ metadata }) => metadata.name),
  };
}

export function reportRadius(
  { atRegistration, atLabels }: RegistrationRadius,
  list: Checklist,
): void {
  if (atRegistration.length > 0) {
    const names = atRegistration.map(({ applicationSet }) => applicationSet);
    list.warn(
      'applications',
      `These ApplicationSets take any new cluster at once, before it has its labels: ${names.join(
        ', ',
      )}.`,
    );
  }
  const all = [...atRegistration, ...atLabels];
  for (const { note } of all) {
    if (note) list.warn('applications', note);
  }
  const names = all.flatMap(({ applications }) => applications ?? []);
  if (names.length > 0) {
    list.pass('applications', `Will appear: ${names.join(', ')}.`);
  } else if (all.length === 0) {
    list.pass('applications', 'No application will appear that is not there.');
  }
}
