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
  const resources = applications.map((app): GeneratedResource => {
    const { status: sync, health } = stateOf(app);
    return {
      group: 'argoproj.io',
      version: 'v1alpha1',
      kind: 'Application',
      name: app.metadata.name,
      namespace: app.metadata.namespace,
      ...(sync && { status: sync }),
      health: health ? { status: health } : {},
    };
  });
  status.resources = resources.slice(0, LIMIT);
  status.resourcesCount = resources.length;
  if (!resources.length) delete status.resourcesCount;
  if (!resources.length) delete status.resources;
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

function stateOf({ status }: Application): {
  status?: string;
  health?: string;
} {
  return { status: status?.sync?.status, health: status?.health?.status };
}
