import type {
  ClusterPlan,
  ClusterRegistration,
} from 'backstage-plugin-argocd-hub-common';
import type { SetPreview } from './blastRadius/preview';
import { finalLabels, runPreflight } from './preflight';
import { titleOf } from './spoke/resources';
import type { OnboardingContext } from './types';

/**
 * Tells what a registration would do. Changes nothing.
 *
 * @throws InputError, CodedError with `hub-down` or `hub-auth`
 */
export async function planCluster(
  registration: ClusterRegistration,
  context: OnboardingContext,
): Promise<ClusterPlan> {
  const preflight = await runPreflight(registration, context);
  await preflight.close();
  const { server, kubernetesVersion, checks, steps, manifests, radius } =
    preflight;
  return {
    hub: context.hub,
    name: registration.name,
    server,
    ...(kubernetesVersion && { kubernetesVersion }),
    checks,
    manifests: manifests.objects,
    unchanged: steps
      .filter(({ action }) => action === 'keep')
      .map(({ planned }) => titleOf(planned)),
    labels: finalLabels(registration.labels, context.config),
    registered: preflight.registered !== undefined,
    appears: [
      ...radius.atRegistration.flatMap(set => rows(set, 'registration')),
      ...radius.atLabels.flatMap(set => rows(set, 'labels')),
    ],
    kept: radius.kept,
  };
}

function rows(
  { applicationSet, applications }: SetPreview,
  at: 'registration' | 'labels',
): ClusterPlan['appears'] {
  return (
    applications?.map(application => ({ applicationSet, application, at })) ?? [
      { applicationSet, at },
    ]
  );
}
