import type { ApplicationTree, ResourceNode } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { healthOf } from './health';
import { groupOf, versionOf } from './objects';

/** The resource tree of an application: its live objects and what they own. */
export function buildTree(
  roots: GenericObject[],
  live: ReadonlyMap<string, GenericObject>,
): ApplicationTree {
  const byOwner = new Map<string, GenericObject[]>();
  for (const object of live.values()) {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      byOwner.set(uid, [...(byOwner.get(uid) ?? []), object]);
    }
  }
  const nodes: ResourceNode[] = [];
  const add = (object: GenericObject, parent?: GenericObject) => {
    nodes.push(nodeOf(object, parent));
    for (const child of byOwner.get(object.metadata.uid!) ?? []) {
      add(child, object);
    }
  };
  for (const root of roots) add(root);
  return { nodes, orphanedNodes: [], hosts: [], shardsCount: 1 };
}

/** What an application's summary tells of its tree. */
export function summarise(tree: ApplicationTree) {
  const images = new Set(tree.nodes.flatMap(node => node.images ?? []));
  const urls = new Set(
    tree.nodes.flatMap(node => node.networkingInfo?.externalURLs ?? []),
  );
  return {
    ...(urls.size && { externalURLs: [...urls].sort() }),
    ...(images.size && { images: [...images].sort() }),
  };
}

function nodeOf(object: GenericObject, parent?: GenericObject): ResourceNode {
  const { metadata } = object;
  const group = groupOf(object);
  const health = healthOf(object);
  const urls = externalUrls(object);
  return {
    ...(group && { group }),
    version: versionOf(object),
    kind: object.kind!,
    ...(metadata.namespace && { namespace: metadata.namespace }),
    name: metadata.name,
    uid: metadata.uid!,
    ...(parent && { parentRefs: [refOf(parent)] }),
    ...(urls && { networkingInfo: { externalURLs: urls } }),
    resourceVersion: metadata.resourceVersion,
    ...(object.kind === 'Pod' && { images: podImages(object) }),
    ...(health && { health }),
    createdAt: metadata.creationTimestamp,
  };
}

function refOf(object: GenericObject) {
  const { namespace, name, uid } = object.metadata;
  const group = groupOf(object);
  return {
    ...(group && { group }),
    kind: object.kind!,
    ...(namespace && { namespace }),
    name,
    uid: uid!,
  };
}

function podImages({ spec }: GenericObject): string[] {
  const { containers } = spec as { containers: { image: string }[] };
  return containers.map(({ image }) => image);
}

function externalUrls(object: GenericObject): string[] | undefined {
  if (object.kind !== 'Ingress') return undefined;
  const { rules = [] } = object.spec as { rules?: { host?: string }[] };
  return rules.flatMap(({ host }) => (host ? [`https://${host}`] : []));
}
