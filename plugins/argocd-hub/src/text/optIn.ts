import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import {
  type Deployment,
  ENTITY_ANNOTATIONS,
  type EntityDeployments,
  isLabelKey,
  isLabelValue,
} from 'backstage-plugin-argocd-hub-common';

/**
 * The label that makes the hub deploy an entity to a cluster: the one of its
 * annotation, else `deploy.<name>=true` by convention. Empty where neither is
 * a label that Kubernetes accepts.
 */
export function optInLabels(entity: Entity): Record<string, string> {
  const given =
    entity.metadata.annotations?.[ENTITY_ANNOTATIONS.optInLabel]?.trim();
  const [key, value = ''] = (
    given || `deploy.${entity.metadata.name}=true`
  ).split(/=(.*)/s);
  return isLabelKey(key) && isLabelValue(value) ? { [key]: value } : {};
}

/** How the platform orders and labels its environments. */
export interface Environments {
  order: string[];
  label: string;
}

/**
 * The query with which the onboarding template opens filled in: what the rows of
 * the entity have in common with a cluster to come.
 */
export function onboardingQuery(
  entity: Entity,
  data: Pick<EntityDeployments, 'deployments' | 'hubs'>,
  environments: Environments = { order: [], label: 'env' },
): string {
  const namespaces = distinct(
    data.deployments.map(({ destination }) => destination.namespace),
  );
  const next = nextEnvironment(data.deployments, environments.order);
  const formData = {
    ...(next && namesByEnvironment(data.deployments) && { name: next }),
    labels: {
      ...(next && { [environments.label]: next }),
      ...optInLabels(entity),
    },
    ...(namespaces.length > 0 && { destinationNamespaces: namespaces }),
    hub: hubOf(entity, data),
    entityRef: stringifyEntityRef(entity),
  };
  return new URLSearchParams({ formData: JSON.stringify(formData) }).toString();
}

/** The first environment in order where the entity does not run yet, once it runs anywhere. */
function nextEnvironment(
  deployments: Deployment[],
  order: string[],
): string | undefined {
  const taken = new Set(deployments.map(({ environment }) => environment));
  return deployments.length > 0
    ? order.find(environment => !taken.has(environment))
    : undefined;
}

/** Whether every cluster carries the name of its environment, so that the next one likely will. */
function namesByEnvironment(deployments: Deployment[]): boolean {
  return deployments.every(
    ({ destination, environment }) =>
      'cluster' in destination && destination.cluster === environment,
  );
}

/** The one hub that fits; undefined where that is open, or where there is no choice. */
function hubOf(
  entity: Entity,
  { deployments, hubs }: Pick<EntityDeployments, 'deployments' | 'hubs'>,
): string | undefined {
  // An entity that names its hubs does not tell whether there are others.
  const namesHubs =
    entity.metadata.annotations?.[ENTITY_ANNOTATIONS.instanceName];
  if (hubs.length <= 1 && !namesHubs) return undefined;
  const fitting = distinct(
    deployments.length > 0
      ? deployments.map(({ hub }) => hub)
      : hubs.map(({ name }) => name),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function distinct(texts: string[]): string[] {
  return [...new Set(texts.filter(Boolean))].sort();
}
