import type { ApplicationTree, Health, ResourceNode } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import type { LiveObjects } from '../cluster/LiveObjects';
import type { Pair } from './compare';
import { healthOf } from './health';
import { hostsOf } from './hosts';
import { nodeInfo } from './nodeInfo';
import { groupOf, versionOf } from './objects';

export interface TreeOptions {
  pairs: readonly Pair[];
  live: LiveObjects;
  /** whether the project lets the application have an object */
  isPermitted: (object: GenericObject) => boolean;
  orphans?: readonly GenericObject[];
}

/** The resource tree of an application: its live objects and what they own. */
export function buildTree(options: TreeOptions): ApplicationTree {
  const { pairs, live, isPermitted, orphans = [] } = options;
  const seen = new Set<GenericObject>();
  const descend = (object: GenericObject): ResourceNode[] => {
    if (seen.has(object) || !isPermitted(object)) return [];
    seen.add(object);
    const children = live.ownedBy(object.metadata.uid!);
    return [nodeOf(object, live), ...children.flatMap(descend)];
  };
  const nodes = pairs.flatMap(pair =>
    pair.live ? descend(pair.live) : missingNode(pair),
  );
  const orphanedNodes = orphans.flatMap(descend);
  const hosts = hostsOf(nodes, live);
  return {
    nodes,
    ...(orphanedNodes.length && { orphanedNodes }),
    ...(hosts.length && { hosts }),
    shardsCount: 1,
  };
}

/** What an application's summary tells of its tree. */
export function summarise(
  tree: ApplicationTree,
  annotations: Record<string, string> = {},
) {
  const images = new Set(tree.nodes.flatMap(node => node.images ?? []));
  const links = Object.entries(annotations)
    .filter(([key]) => key.startsWith('link.argocd.argoproj.io/'))
    .map(([, value]) => value);
  const urls = new Set([
    ...tree.nodes.flatMap(node => node.networkingInfo?.externalURLs ?? []),
    ...links,
  ]);
  const hasChildren = tree.nodes.some(
    ({ group, kind }) => group === 'argoproj.io' && kind === 'Application',
  );
  return {
    ...(urls.size && { externalURLs: [...urls].sort() }),
    ...(images.size && { images: [...images].sort() }),
    ...(hasChildren && { isAppOfApps: true }),
  };
}

/** Makes a tree's first Deployment report a health of our choosing. */
export function overrideHealth(tree: ApplicationTree, health: Health): void {
  const workload = tree.nodes.find(({ kind }) => kind === 'Deployment');
  if (workload) workload.health = health;
}

function nodeOf(object: GenericObject, live: LiveObjects): ResourceNode {
  const { metadata } = object;
  const group = groupOf(object);
  const health = healthOf(object);
  const parents = metadata.ownerReferences ?? [];
  return {
    ...(group && { group }),
    version: versionOf(object),
    kind: object.kind!,
    ...(metadata.namespace && { namespace: metadata.namespace }),
    name: metadata.name,
    uid: metadata.uid!,
    ...(parents.length && {
      parentRefs: parents.map(parent => refOf(parent, metadata, live)),
    }),
    ...nodeInfo(object),
    resourceVersion: metadata.resourceVersion,
    ...(health && { health }),
    createdAt: metadata.creationTimestamp,
  };
}

/** An owner that is not in the object's namespace has none. */
function refOf(
  {
    apiVersion,
    kind,
    name,
    uid,
  }: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
  },
  { namespace }: GenericObject['metadata'],
  live: LiveObjects,
) {
  const parent = { apiVersion, kind, metadata: { name } };
  const group = groupOf(parent);
  const isBeside = !!live.get(`${group}/${kind}/${namespace ?? ''}/${name}`);
  return {
    ...(group && { group }),
    version: versionOf(parent),
    kind,
    ...(namespace && isBeside && { namespace }),
    name,
    uid,
  };
}

function missingNode({ target }: Pair): ResourceNode[] {
  if (!target) return [];
  const group = groupOf(target);
  const { namespace, name } = target.metadata;
  return [
    {
      ...(group && { group }),
      version: versionOf(target),
      kind: target.kind!,
      ...(namespace && { namespace }),
      name,
      uid: '',
      health: { status: 'Missing' },
    },
  ];
}
