import {
  ENTITY_ANNOTATIONS,
  type MappingSuggestion,
} from 'backstage-plugin-argocd-hub-common';
import type { ApplicationRecord } from '../store/ApplicationStore';
import { matchesGlob } from '../glob';
import type { MappingConfig } from './claimsOf';

/**
 * What would map an application that no entity claims. An annotation of an
 * entity that would not be followed is not suggested.
 */
export function suggestionsFor(
  application: Pick<ApplicationRecord, 'name' | 'project' | 'applicationSet'>,
  config: MappingConfig,
): MappingSuggestion[] {
  const { name, project, applicationSet } = application;
  const onApplication: MappingSuggestion = {
    on: 'application',
    key: config.applicationEntityRefKey,
  };
  const { projects } = config;
  if (projects && !Object.keys(projects).some(it => matchesGlob(it, project))) {
    return [onApplication];
  }
  const limited = projects && { limited: true as const };
  const byName: MappingSuggestion = {
    on: 'entity',
    key: ENTITY_ANNOTATIONS.applicationName,
    value: name,
    ...limited,
  };
  // The rest of a set is on other clusters: one annotation maps them all.
  const bySet: MappingSuggestion[] = applicationSet
    ? [
        {
          on: 'entity',
          key: ENTITY_ANNOTATIONS.applicationSet,
          value: applicationSet,
          ...limited,
        },
      ]
    : [];
  return [...bySet, byName, onApplication];
}
