import type { Entity } from '@backstage/catalog-model';
import {
  type CatalogCollatorEntityTransformer,
  defaultCatalogCollatorEntityTransformer,
} from '@backstage/plugin-search-backend-module-catalog';
import {
  CLUSTER_ANNOTATIONS,
  PLACEMENT_ANNOTATIONS,
} from 'backstage-plugin-argocd-hub-common';

/**
 * Adds to the text of a search document where its entity is deployed; to that
 * of a cluster, by what else people know it. Only the text grows, since an
 * index has the fields of its first document.
 *
 * @param transformer - what makes the rest of the document; default: that of
 *   the catalog's collator
 *
 * @public
 */
export function withPlacements(
  transformer: CatalogCollatorEntityTransformer = defaultCatalogCollatorEntityTransformer,
): CatalogCollatorEntityTransformer {
  return entity => {
    const document = transformer(entity);
    const words = [...new Set(wordsOf(entity))].join(', ');
    return words
      ? {
          ...document,
          text: document.text ? `${document.text} : ${words}` : words,
        }
      : document;
  };
}

function wordsOf(entity: Entity): string[] {
  const { annotations = {}, labels = {} } = entity.metadata;
  const list = (key: string) =>
    (annotations[key] ?? '').split(',').filter(Boolean);
  const placement = [
    ...list(PLACEMENT_ANNOTATIONS.clusters),
    ...list(PLACEMENT_ANNOTATIONS.environments),
  ];
  if (!annotations[CLUSTER_ANNOTATIONS.cluster]) {
    return placement;
  }
  return [
    ...list(CLUSTER_ANNOTATIONS.cluster),
    ...list(CLUSTER_ANNOTATIONS.hub),
    ...list(CLUSTER_ANNOTATIONS.apiServer),
    ...Object.values(labels).filter(Boolean),
    ...placement,
  ];
}
