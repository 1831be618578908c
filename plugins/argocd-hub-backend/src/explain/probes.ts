import { DEFAULT_NAMESPACE, parseEntityRef } from '@backstage/catalog-model';
import { APPLICATION_KEYS } from 'backstage-plugin-argocd-hub-common';
import type {
  ApplicationSelection,
  LabelTerm,
} from '../store/ApplicationStore';
import type { EntityClaims } from '../store/ClaimStore';
import { type MappingConfig, namesEntity } from '../mapping/claimsOf';
import { isNarrow } from '../mapping/selector';

/** Questions that are asked at most: each is a query. */
const MOST_PROBES = 20;
/** Labels by which tools name what they deploy. */
const NAME_LABELS = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'app',
];

/**
 * What to look for when an entity lacks applications: what its claims would take
 * without what narrows them, what fails exactly one term of its selector, and
 * what is called as it is. Each finds few, or the first few are enough.
 */
export function probesOf(
  { entityRef, claims }: EntityClaims,
  config: MappingConfig,
): ApplicationSelection[] {
  const ofClaims = claims
    .filter(({ rule }) => !namesEntity(rule, config))
    .flatMap(({ selection }) => [
      ...widened(selection),
      ...otherwiseMeant(selection),
      ...withoutOneTerm(selection),
    ]);
  return [
    ...ofClaims.slice(0, MOST_PROBES),
    ...calledLike(entityRef, config.applicationEntityRefKey),
  ];
}

function widened({ match, ...scope }: ApplicationSelection) {
  const isNarrowed = Object.keys(scope).length > 0;
  const isWholeProject = match.kind === 'labels' && match.terms.length === 0;
  return isNarrowed && !isWholeProject ? [{ match }] : [];
}

/** The name of an application may be that of an ApplicationSet, and the other way round. */
function otherwiseMeant({
  match,
}: ApplicationSelection): ApplicationSelection[] {
  switch (match.kind) {
    case 'name':
      return [{ match: { kind: 'application-set', name: match.name } }];
    case 'application-set':
      return [{ match: { kind: 'name', name: match.name } }];
    default:
      return [];
  }
}

function withoutOneTerm({
  match,
}: ApplicationSelection): ApplicationSelection[] {
  if (match.kind !== 'labels') {
    return [];
  }
  return match.terms
    .map((term, index) => ({
      others: match.terms.filter((_, other) => other !== index),
      term,
    }))
    .filter(({ others }) => isNarrow(others))
    .map(({ others, term }) => ({
      match: { kind: 'labels', terms: [...others, opposite(term)] },
    }));
}

function opposite(term: LabelTerm): LabelTerm {
  const { key } = term;
  switch (term.operator) {
    case 'in':
      return { key, operator: 'notin', values: term.values };
    case 'notin':
      return { key, operator: 'in', values: term.values };
    case 'exists':
      return { key, operator: 'not-exists' };
    default:
      return { key, operator: 'exists' };
  }
}

function calledLike(
  entityRef: string,
  entityRefKey: string,
): ApplicationSelection[] {
  const { namespace, name } = parseEntityRef(entityRef);
  // Without a kind it names nobody.
  const refs = [name, `${namespace}/${name}`];
  const ids =
    namespace === DEFAULT_NAMESPACE ? [name] : [name, `${namespace}-${name}`];
  return [
    ...ids.flatMap((id): ApplicationSelection[] => [
      { match: { kind: 'name', name: id } },
      { match: { kind: 'application-set', name: id } },
    ]),
    ...refs.map(
      (value): ApplicationSelection => ({
        match: { kind: 'key', key: entityRefKey, value },
      }),
    ),
    { match: { kind: 'key', key: APPLICATION_KEYS.kubernetesId, value: name } },
    ...NAME_LABELS.map(
      (key): ApplicationSelection => ({
        match: {
          kind: 'labels',
          terms: [{ key, operator: 'in', values: [name] }],
        },
      }),
    ),
  ];
}
