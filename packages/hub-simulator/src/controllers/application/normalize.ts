import { isExcluded, type ServedKind } from '../cluster/discovery';
import type { Application } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import type { NewCondition } from './conditions';
import { groupOf } from './objects';
import { withTracking } from './tracking';

export interface Normalized {
  objects: GenericObject[];
  conditions: NewCondition[];
}

/**
 * Gives every wanted object its namespace, keeps the last of those that come
 * twice, and leaves out what Argo CD's settings exclude.
 */
export function normalizeTarget(
  app: Application,
  manifests: readonly GenericObject[],
  kinds: readonly ServedKind[],
): Normalized {
  const clusterScoped = new Set(
    kinds
      .filter(({ namespaced }) => !namespaced)
      .map(({ group, kind }) => `${group}/${kind}`),
  );
  const byKey = new Map<string, GenericObject[]>();
  manifests.forEach((manifest, index) => {
    const isScoped = clusterScoped.has(`${groupOf(manifest)}/${manifest.kind}`);
    const object = withNamespace(app, withData(manifest), isScoped);
    const key = keyOf(object, index);
    byKey.set(key, [...(byKey.get(key) ?? []), object]);
  });
  const result: Normalized = { objects: [], conditions: [] };
  for (const [key, objects] of byKey) {
    const object = objects.at(-1)!;
    if (objects.length > 1) {
      result.conditions.push({
        type: 'RepeatedResourceWarning',
        message: `Resource ${key} appeared ${objects.length} times among application resources.`,
      });
    }
    const group = groupOf(object);
    if (isExcluded(group, object.kind!)) {
      result.conditions.push({
        type: 'ExcludedResourceWarning',
        message: `Resource ${group}/${object.kind} ${object.metadata.name} is excluded in the settings`,
      });
    } else result.objects.push(object);
  }
  return result;
}

function withNamespace(
  app: Application,
  object: GenericObject,
  isClusterScoped: boolean,
): GenericObject {
  const { namespace, ...metadata } = object.metadata;
  const wanted = isClusterScoped
    ? undefined
    : namespace ?? app.spec.destination.namespace;
  if (wanted === namespace) return object;
  return withTracking(app, {
    ...object,
    metadata: { ...metadata, ...(wanted && { namespace: wanted }) },
  });
}

/** The API server turns `stringData` of a Secret into `data`. */
function withData(object: GenericObject): GenericObject {
  if (object.kind !== 'Secret' || !object.stringData) return object;
  const { stringData, ...rest } = object;
  const encoded = Object.entries(stringData as Record<string, string>).map(
    ([key, value]) => [key, Buffer.from(value).toString('base64')],
  );
  return {
    ...rest,
    data: { ...(rest.data as object), ...Object.fromEntries(encoded) },
  };
}

function keyOf({ kind, metadata, ...object }: GenericObject, index: number) {
  const { namespace = '', generateName = '' } = metadata;
  const name = metadata.name || `${generateName}${index}`;
  return `${groupOf({ metadata, ...object })}/${kind}/${namespace}/${name}`;
}
