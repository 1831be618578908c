import {
  type CompoundEntityRef,
  DEFAULT_NAMESPACE,
  type Entity,
  getCompoundEntityRef,
  RELATION_DEPENDENCY_OF,
  RELATION_DEPENDS_ON,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import {
  type CatalogProcessorResult,
  processingResult,
} from '@backstage/plugin-catalog-node';
import type { PlacedOn } from './annotations';

/** The kinds that can depend on something in the catalog's own model. */
const DEPENDING = new Set(['component', 'resource']);

/** That the entity depends on the clusters it is on, told from both ends. */
export function clusterRelations(
  entity: Entity,
  placed: PlacedOn | undefined,
): CatalogProcessorResult[] {
  const self = getCompoundEntityRef(entity);
  return clustersOf(entity, placed).flatMap(cluster => [
    relation(self, RELATION_DEPENDS_ON, cluster),
    relation(cluster, RELATION_DEPENDENCY_OF, self),
  ]);
}

/** Whether the catalog has all of these relations. */
export function hasRelations(
  entity: Entity,
  placed: PlacedOn | undefined,
): boolean {
  const there = new Set(
    (entity.relations ?? [])
      .filter(({ type }) => type === RELATION_DEPENDS_ON)
      .map(({ targetRef }) => targetRef),
  );
  return clustersOf(entity, placed).every(cluster =>
    there.has(stringifyEntityRef(cluster)),
  );
}

function clustersOf(
  entity: Entity,
  placed: PlacedOn | undefined,
): CompoundEntityRef[] {
  if (!placed || !DEPENDING.has(entity.kind.toLocaleLowerCase('en-US'))) {
    return [];
  }
  const self = stringifyEntityRef(entity);
  return placed.clusters
    .map(name => ({ kind: 'Resource', namespace: DEFAULT_NAMESPACE, name }))
    .filter(cluster => stringifyEntityRef(cluster) !== self);
}

function relation(
  source: CompoundEntityRef,
  type: string,
  target: CompoundEntityRef,
): CatalogProcessorResult {
  return processingResult.relation({ source, type, target });
}
