import type { Entity } from '@backstage/catalog-model';
import { ENTITY_ANNOTATIONS } from 'backstage-plugin-argocd-hub-common';

/** What an entity says under a key, without blanks around it; undefined where it says nothing. */
export function annotationOf(entity: Entity, key: string): string | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const value: unknown = Object.hasOwn(annotations, key)
    ? annotations[key]
    : undefined;
  const text = typeof value === 'string' ? value.trim() : undefined;
  // An empty selector takes everything: it is refused, and not passed over.
  return text || key === ENTITY_ANNOTATIONS.applicationSelector
    ? text
    : undefined;
}
