import type {
  ApplicationSetStatus,
  GeneratedApplication,
  GeneratedResource,
} from '../../types/applicationset';
import type { Application } from '../../types/argocd';

/** More would make the status too big for Kubernetes. */
const LIMIT = 5000;

/** Writes what a set has generated into its status, in the order of names. */
export function writeResources(
  status: ApplicationSetStatus,
  applications: readonly Application[],
): void {
  const resources = applications.map(resourceOf);
  status.resources = resources.slice(0, LIMIT);
  status.resourcesCount = resources.length;
  if (!resources.length) delete status.resourcesCount;
  if (!resources.length) delete status.resources;
}

/** Brings the applications up to date that a status lists already. */
export function refreshResources(
  status: ApplicationSetStatus,
  changed: ReadonlyMap<string, GeneratedResource>,
): void {
  status.resources = status.resources?.map(
    resource => changed.get(resource.name) ?? resource,
  );
}

/** One application as the status of its set lists it. */
export function resourceOf({
  metadata,
  status,
}: Application): GeneratedResource {
  const sync = status?.sync?.status;
  const health = status?.health?.status;
  return {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Application',
    name: metadata.name,
    namespace: metadata.namespace,
    ...(sync && { status: sync }),
    health: health ? { status: health } : {},
  };
}

/** What a dry run lists: applications that have neither a kind nor a state yet. */
export function previewResources(
  applications: readonly GeneratedApplication[],
): GeneratedResource[] {
  const byName = new Map(
    applications.map(({ metadata: { name, namespace } }) => [
      name,
      { ...(namespace && { namespace }), ...(name && { name }), health: {} },
    ]),
  );
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, resource]) => resource as GeneratedResource);
}
