import { parseEntityRef } from '@backstage/catalog-model';
import {
  APPLICATION_KEYS,
  type LabelMiss,
  type MissReason,
} from 'backstage-plugin-argocd-hub-common';
import type {
  ApplicationSelection,
  LabelTerm,
  Selectable,
} from '../store/ApplicationStore';
import { namedEntity } from '../store/namedEntity';
import { matchesLabels } from '../mapping/selector';
import { valuesOf } from '../mapping/valuesOf';

/**
 * All that keeps a selection from an application; nothing where it takes it. Of
 * labels that name entities no value is told: it may be another entity.
 *
 * @param options.entityRefKey - of the ref of an entity, besides the one that
 *   Backstage has for it
 */
export function missesOf(
  { hubs, namespace, project, match }: ApplicationSelection,
  application: Selectable,
  options: { entityRefKey: string },
): MissReason[] {
  const misses = matchMisses(match, application, {
    untold: [options.entityRefKey, ...Object.values(APPLICATION_KEYS)],
  });
  if (hubs && !hubs.includes(application.hub)) {
    misses.push({ code: 'other-hub', expected: hubs, actual: application.hub });
  }
  if (namespace && namespace !== application.namespace) {
    const actual = application.namespace;
    misses.push({ code: 'other-namespace', expected: namespace, actual });
  }
  if (project && project !== application.project) {
    const actual = application.project;
    misses.push({ code: 'other-project', expected: project, actual });
  }
  return misses;
}

/** Labels and annotations by which the application says that it is not this entity's. */
export function namesOthers(options: {
  application: Selectable;
  entityRef: string;
  /** Key of the ref of an entity. */
  entityRefKey: string;
  /** The id that this entity has; absent where it has none. */
  kubernetesId?: string;
}): MissReason[] {
  const { application, entityRef, entityRefKey, kubernetesId } = options;
  const reasons: MissReason[] = [];
  for (const value of valuesOf(application, entityRefKey)) {
    const named = readRef(value, entityRef);
    if (named && named !== entityRef) {
      reasons.push({ code: 'names-another-entity', key: entityRefKey });
    } else if (value !== entityRef) {
      reasons.push({
        ...{ code: 'misspelt-entity', key: entityRefKey, expected: entityRef },
        // What cannot be read may hold the refs of others.
        ...(named && { actual: value }),
      });
    }
  }
  const key = APPLICATION_KEYS.kubernetesId;
  const ids = valuesOf(application, key);
  if (kubernetesId && ids.length > 0 && !ids.includes(kubernetesId)) {
    reasons.push({ code: 'names-another-entity', key });
  }
  return reasons;
}

function matchMisses(
  match: ApplicationSelection['match'],
  application: Selectable,
  { untold }: { untold: string[] },
): MissReason[] {
  switch (match.kind) {
    case 'name':
      return match.name === application.name
        ? []
        : [
            {
              ...{ code: 'other-name', expected: match.name },
              actual: application.name,
            },
          ];
    case 'application-set':
      return match.name === application.applicationSet
        ? []
        : [
            {
              ...{ code: 'other-application-set', expected: match.name },
              ...(application.applicationSet && {
                actual: application.applicationSet,
              }),
            },
          ];
    case 'labels':
      return match.terms
        .filter(term => !matchesLabels([term], application.labels))
        .map(term => labelMiss(term, application.labels))
        .map(({ actual, ...miss }) =>
          actual === undefined || untold.includes(miss.key)
            ? miss
            : { ...miss, actual },
        );
    default:
      return valuesOf(application, match.key).includes(match.value)
        ? []
        : [{ code: 'other-value', key: match.key, expected: match.value }];
  }
}

function labelMiss(term: LabelTerm, labels: Record<string, string>): LabelMiss {
  const { key, operator } = term;
  return {
    code: 'label',
    key,
    operator,
    expected: 'values' in term ? term.values : [],
    ...(Object.hasOwn(labels, key) && { actual: labels[key] }),
  };
}

/** Also what people write who leave out the kind: then it is that of this entity. */
function readRef(value: string, entityRef: string): string | undefined {
  const { kind } = parseEntityRef(entityRef);
  return namedEntity(value, { defaultKind: kind });
}
