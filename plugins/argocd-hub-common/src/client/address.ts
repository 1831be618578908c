import { parseEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import type {
  ApplicationSetAddress,
  ClusterAddress,
  DeploymentAddress,
} from './ArgocdHubApi';

/** Encodes each part; refuses those that would lead to another route, which no encoding prevents. */
export function pathOf(...parts: string[]): string {
  const astray = parts.find(part => ['', '.', '..'].includes(part));
  if (astray !== undefined) {
    throw new InputError(`'${astray}' cannot be part of an address`);
  }
  return `/${parts.map(part => encodeURIComponent(part)).join('/')}`;
}

/** @param below - names of what is asked of the cluster */
export function clusterPath(cluster: ClusterAddress, ...below: string[]) {
  return pathOf('clusters', cluster.hub, cluster.name, ...below);
}

/** @param below - names of what is asked of the deployment */
export function deploymentPath(
  { hub, namespace, name }: DeploymentAddress,
  ...below: string[]
) {
  return pathOf('deployments', hub, namespace, name, ...below);
}

export function applicationSetPath({
  hub,
  namespace,
  name,
}: ApplicationSetAddress) {
  return pathOf('applicationsets', hub, namespace, name);
}

/** @param below - names of what is asked of the entity */
export function entityPath(entityRef: string, ...below: string[]) {
  const { kind, namespace, name } = parseEntityRef(entityRef);
  return pathOf('entities', kind, namespace, name, ...below);
}

/** With the question mark; empty where nothing is said. */
export function queryString(parameters: object): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined) {
      query.set(key, String(value));
    }
  }
  const text = query.toString();
  return text ? `?${text}` : '';
}
