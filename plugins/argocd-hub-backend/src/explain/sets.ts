import type {
  ExplainedApplicationSet,
  MappingRule,
} from 'backstage-plugin-argocd-hub-common';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import type { EntityClaims } from '../store/ClaimStore';
import type {
  ApplicationSelection,
  StoredApplication,
} from '../store/ApplicationStore';
import { errorOf, type SetFacts } from './setReasons';

/** A set that could bring an entity to a cluster. */
export interface RelevantSet extends SetFacts {
  because: ExplainedApplicationSet['because'];
  /** Names of the clusters that it has made something for. */
  occupied: ReadonlySet<string>;
  /** The rule that names it. */
  rule?: MappingRule;
}

/** Names of the sets that may matter to an entity. */
export function setNamesOf(
  { claims }: EntityClaims,
  taken: StoredApplication[],
): Set<string> {
  const named = claims.flatMap(({ selection: { match } }) =>
    match.kind === 'application-set' ? match.name : [],
  );
  const owning = taken.flatMap(({ applicationSet }) => applicationSet ?? []);
  return new Set([...named, ...owning]);
}

/**
 * Those that the entity names, and those that made what it has: of this hub, or
 * of another one where the set is called the same, as a family is.
 */
export function relevantSets(options: {
  claims: EntityClaims;
  taken: StoredApplication[];
  sets: ApplicationSetRecord[];
}): RelevantSet[] {
  const { claims, taken, sets } = options;
  const owned = new Map<string, Set<string>>();
  for (const { namespace, applicationSet, destination } of taken) {
    if (applicationSet) {
      const key = `${namespace}/${applicationSet}`;
      owned.set(key, (owned.get(key) ?? new Set()).add(destination.namespace));
    }
  }
  return sets.flatMap((record): RelevantSet[] => {
    const namespaces = owned.get(`${record.namespace}/${record.name}`);
    const claim = claims.claims.find(({ selection }) =>
      namesSet(selection, record),
    );
    if (!claim && !namespaces) {
      return [];
    }
    return [
      {
        record,
        namespaces: namespaces ?? new Set(),
        because: claim ? 'named' : 'owns-applications',
        occupied: new Set(),
        ...(claim && { rule: claim.rule }),
      },
    ];
  });
}

/** A set as it is told of. */
export function explainSet(
  { record, because }: RelevantSet,
  options: {
    /** Its name and no more. */
    tellsName: boolean;
    tellsMessage: boolean;
  },
): ExplainedApplicationSet {
  const { hub, namespace, name, project, otherGenerators } = record;
  if (options.tellsName) {
    return { hub, namespace, name, because, notVisible: true };
  }
  const error = errorOf(record);
  const upToDate = upToDateOf(record);
  return {
    ...{ hub, namespace, name, project, because },
    clusterGenerators: record.clusterSelectors.length,
    otherGenerators,
    ...(upToDate !== undefined && { upToDate }),
    ...(error && {
      error: {
        ...(error.reason && { reason: error.reason }),
        ...(options.tellsMessage && { message: error.message }),
        ...(error.since && { since: error.since }),
      },
    }),
  };
}

/** Undefined where Argo CD does not tell. */
export function upToDateOf({
  conditions,
}: Pick<ApplicationSetRecord, 'conditions'>): boolean | undefined {
  const condition = conditions.find(({ type }) => type === 'ResourcesUpToDate');
  return condition && condition.status === 'True';
}

/**
 * Names of the sets that could bring an entity to clusters of a hub, be they there
 * or not: all this is what the entity says, and what its deployments show.
 */
export function expectedSetNames(
  { claims }: EntityClaims,
  { taken, hub }: { taken: StoredApplication[]; hub: string },
): { named: string[]; owning: string[] } {
  const named = claims.flatMap(({ selection: { hubs, match } }) =>
    match.kind === 'application-set' && (!hubs || hubs.includes(hub))
      ? match.name
      : [],
  );
  const owning = taken.flatMap(({ applicationSet }) => applicationSet ?? []);
  return { named: [...new Set(named)], owning: [...new Set(owning)] };
}

/** Its project is not asked for: it may be a template. */
function namesSet(
  { hubs, namespace, match }: ApplicationSelection,
  set: ApplicationSetRecord,
): boolean {
  return (
    match.kind === 'application-set' &&
    match.name === set.name &&
    (!hubs || hubs.includes(set.hub)) &&
    (!namespace || namespace === set.namespace)
  );
}
