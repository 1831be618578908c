import type { LabelPreview } from 'backstage-plugin-argocd-hub-common';
import type { ArgoApplicationSet } from '../../hub/types';
import type { OnboardingHub } from '../types';
import { newlyTaken, previewSets } from './preview';

/** Policies under which a set never deletes an application. */
const KEEPING = ['create-only', 'create-update'];

/** What a change of labels sets off. */
export async function labelRadius(
  client: Pick<OnboardingHub, 'generateApplicationSet'>,
  sets: ArgoApplicationSet[],
  cluster: {
    name: string;
    server: string;
    from: Record<string, string>;
    to: Record<string, string>;
  },
): Promise<LabelPreview> {
  const { name, server } = cluster;
  const before = { name, server, labels: cluster.from };
  const after = { name, server, labels: cluster.to };
  const appearing = newlyTaken(sets, { by: after, notBy: before });
  const vanishing = newlyTaken(sets, { by: before, notBy: after });
  const previews = await previewSets(client, appearing, after);
  return {
    appears: previews.flatMap(({ applicationSet, applications }) =>
      applications
        ? applications.map(application => ({ applicationSet, application }))
        : [{ applicationSet }],
    ),
    vanishes: vanishing.map(set => ({
      applicationSet: set.metadata.name,
      deleted: !keepsApplications(set),
    })),
    notes: previews.flatMap(({ note }) => note ?? []),
  };
}

function keepsApplications(set: ArgoApplicationSet): boolean {
  const { applicationsSync } = (set.spec.syncPolicy ?? {}) as {
    applicationsSync?: string;
  };
  return KEEPING.includes(applicationsSync ?? '');
}
