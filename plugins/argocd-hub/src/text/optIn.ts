import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';

/** Annotation that names the label with which a cluster opts in: `deploy.agent=true`. */
export const OPT_IN_ANNOTATION = 'argocd-hub/opt-in-label';

const LABEL_KEY =
  /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/**
 * The label that makes the hub deploy an entity to a cluster: the one of its
 * annotation, else `deploy.<name>=true` by convention. Empty where neither is
 * a label that Kubernetes accepts.
 */
export function optInLabels(entity: Entity): Record<string, string> {
  const given = entity.metadata.annotations?.[OPT_IN_ANNOTATION]?.trim();
  const [key, value = ''] = (
    given || `deploy.${entity.metadata.name}=true`
  ).split(/=(.*)/s);
  return LABEL_KEY.test(key) && LABEL_VALUE.test(value) ? { [key]: value } : {};
}

/** The query with which the onboarding template opens filled in. */
export function onboardingQuery(entity: Entity): string {
  const formData = {
    labels: optInLabels(entity),
    entityRef: stringifyEntityRef(entity),
  };
  return new URLSearchParams({ formData: JSON.stringify(formData) }).toString();
}
