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
export function collectionPath(type: ResourceType, namespace?: string): string {
  const root = type.group
    ? `/apis/${type.group}/${type.version}`
    : `/api/${type.version}`;
  const scope = namespace && type.namespaced ? `/namespaces/${namespace}` : '';
  return `${root}${scope}/${type.resource}`;
}

/** Whether everything that `target` says is so in `live`. */
export function isApplied(target: unknown, live: unknown): boolean {
  if (Array.isArray(target)) {
    return (
      Array.isArray(live) &&
      live.length === target.length &&
      target.every((item, index) => isApplied(item, live[index]))
    );
  }
  if (typeof target === 'object' && target !== null) {
    return (
      typeof live === 'object' &&
      live !== null &&
      Object.entries(target).every(([key, value]) =>
        isApplied(value, (live as Record<string, unknown>)[key]),
      )
    );
  }
  return target === live;
}
