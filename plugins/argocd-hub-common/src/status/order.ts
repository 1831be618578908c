import type { Deployment } from '../types';

/** What the order of rows depends on. @public */
export type Sortable = Pick<
  Deployment,
  'hub' | 'namespace' | 'name' | 'environment' | 'destination'
>;

/**
 * Compares environments: those of `order` in that order, unlisted ones after
 * them by name, none last.
 *
 * @public
 */
export function compareEnvironments(
  order: readonly string[],
): (a: string | undefined, b: string | undefined) => number {
  const rankOf = (environment: string | undefined) => {
    if (environment === undefined) {
      return order.length + 1;
    }
    const index = order.indexOf(environment);
    return index < 0 ? order.length : index;
  };
  return (a, b) => rankOf(a) - rankOf(b) || compareText(a ?? '', b ?? '');
}

/**
 * Compares deployments by environment, cluster, namespace, name and hub; those
 * without a cluster come after those with one.
 *
 * @public
 */
export function compareDeployments(
  environmentOrder: readonly string[],
): (a: Sortable, b: Sortable) => number {
  const byEnvironment = compareEnvironments(environmentOrder);
  return (a, b) =>
    byEnvironment(a.environment, b.environment) ||
    compareClusters(clusterOf(a), clusterOf(b)) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name) ||
    compareText(a.hub, b.hub);
}

/** The name of the cluster that a deployment goes to, if that can be told. @public */
export function clusterOf(
  deployment: Pick<Deployment, 'destination'>,
): string | undefined {
  const { destination } = deployment;
  return 'cluster' in destination ? destination.cluster : undefined;
}

function compareClusters(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) {
    return Number(a === undefined) - Number(b === undefined);
  }
  return compareText(a, b);
}

/** By code unit, so that every replica and every browser sorts alike. */
function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
