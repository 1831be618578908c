import { APPLICATION_KEYS } from 'backstage-plugin-argocd-hub-common';
import type { ArgocdHubConfig } from '../config';
import { namedEntity } from '../store/namedEntity';

/** Argo CD's mark on what its controller leaves alone. */
export const SKIP_RECONCILE = 'argocd.argoproj.io/skip-reconcile';

/** Kept as they are; the others name entities. */
const OTHERS: string[] = [APPLICATION_KEYS.kubernetesId, SKIP_RECONCILE];

/** Those annotations of applications that map, or that people decided about; others may hold anything. */
export function wantedAnnotations(
  config: Pick<ArgocdHubConfig, 'mapping'>,
): string[] {
  return [
    ...new Set([
      config.mapping.applicationEntityRefKey,
      APPLICATION_KEYS.entityRef,
      ...OTHERS,
    ]),
  ];
}

/**
 * Annotations as they are kept: an entity is named in one way, whichever of its
 * spellings the application has, so that one value finds all that name it.
 */
export function spelled(
  annotations: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [
      key,
      OTHERS.includes(key) ? value : namedEntity(value) ?? value,
    ]),
  );
}
