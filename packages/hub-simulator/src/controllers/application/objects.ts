import { RESOURCE_TYPES, type ResourceType } from '../../spoke/resources';
import type { GenericObject } from '../../types/kubernetes';

/** Identity of an object within a cluster. */
export function objectKey(object: GenericObject): string {
  const { namespace = '', name } = object.metadata;
  return `${groupOf(object)}/${object.kind}/${namespace}/${name}`;
}

export function groupOf({ apiVersion = '' }: GenericObject): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}

export function versionOf({ apiVersion = '' }: GenericObject): string {
  return apiVersion.split('/').at(-1)!;
}

export function typeOf(object: GenericObject): ResourceType {
  const type = RESOURCE_TYPES.find(
    each => each.kind === object.kind && each.group === groupOf(object),
  );
  if (!type) throw new Error(`no matches for kind "${object.kind}"`);
  return type;
}

/** The REST path of a kind, in a namespace where it has one. */
export function collectionPath(
  type: Pick<ResourceType, 'group' | 'version' | 'resource' | 'namespaced'>,
  namespace?: string,
): string {
  const root = type.group
    ? `/apis/${type.group}/${type.version}`
    : `/api/${type.version}`;
  const scope = namespace && type.namespaced ? `/namespaces/${namespace}` : '';
  return `${root}${scope}/${type.resource}`;
}

interface Container {
  image?: string;
}

interface PodSpec {
  initContainers?: Container[];
  containers?: Container[];
}

/** The images of a pod, or of the pods that a workload makes. */
export function imagesOf(object: GenericObject): string[] {
  const spec = (object.spec ?? {}) as {
    template?: { spec?: PodSpec };
    jobTemplate?: { spec?: { template?: { spec?: PodSpec } } };
  } & PodSpec;
  const pod =
    object.kind === 'Pod'
      ? spec
      : spec.jobTemplate?.spec?.template?.spec ?? spec.template?.spec;
  const containers = [
    ...(pod?.initContainers ?? []),
    ...(pod?.containers ?? []),
  ];
  return [...new Set(containers.flatMap(({ image }) => image ?? []))];
}
