import { APPLICATION_KEYS } from 'backstage-plugin-argocd-hub-common';
import type { ArgocdHubConfig } from '../config';

/** Argo CD's mark on what its controller leaves alone. */
export const SKIP_RECONCILE = 'argocd.argoproj.io/skip-reconcile';

/** Those annotations of applications that map, or that people decided about; others may hold anything. */
export function wantedAnnotations(
  config: Pick<ArgocdHubConfig, 'mapping'>,
): string[] {
  return [
    ...new Set([
      config.mapping.applicationEntityRefKey,
      APPLICATION_KEYS.entityRef,
      APPLICATION_KEYS.kubernetesId,
      SKIP_RECONCILE,
    ]),
  ];
}
