import type {
  EntityExplanation,
  NearMiss,
} from 'backstage-plugin-argocd-hub-common';
import type { StoredApplication } from '../store/ApplicationStore';
import type { EntityClaims } from '../store/ClaimStore';
import {
  clusterKey,
  type ClusterName,
  type ClusterRecord,
  compareClusters,
} from '../store/ClusterStore';
import type { ProjectRecord } from '../store/ProjectStore';
import type { MappingConfig } from '../mapping/claimsOf';
import { explainCluster } from './clusters';
import { type FollowedRule, takenByAny } from './following';
import { explainHub, type HubFacts } from './hubs';
import { nearMissesOf } from './nearMisses';
import { explainRules } from './rules';
import type { KnownProjects } from './setReasons';
import { expectedSetNames, explainSet, type RelevantSet } from './sets';
import { sightOf } from './sight';
import type { VisibleClusters } from '../permissions/VisibleClusters';
import { objectKey } from '../store/objectKeys';

const MOST_NEAR_MISSES = 50;

/** All that an explanation is made of. */
export interface Evidence {
  claims: EntityClaims;
  config: MappingConfig;
  /** Key of the label that tells the environment of a cluster. */
  environmentLabel: string;
  /** Keys of the labels whose values may be told of a cluster. */
  shownLabels: ReadonlySet<string>;
  followed: FollowedRule[];
  /** Applications that the entity might have been meant to have, of hubs that are configured; each once. */
  candidates: StoredApplication[];
  /** Not all of them were read. */
  moreCandidates?: boolean;
  /** Of the hubs in scope, no more than are told of. */
  sets: RelevantSet[];
  /** There are more that could be told of. */
  moreSets: boolean;
  /** Of the hubs in scope. */
  projects: ProjectRecord[];
  /** All of the hubs in scope, in any order. */
  clusters: ClusterRecord[];
  /** Those in scope. */
  hubs: HubFacts[];
  /** Names that the entity gives for hubs and that none has. */
  unknownHubs: string[];
  visible: VisibleClusters;
}

/** A page of clusters, by hub and name, with all else. */
export function explainEntity(
  evidence: Evidence,
  page: {
    isWanted(cluster: ClusterName): boolean;
    /** Where the page before ended. */
    after?: ClusterName;
    limit: number;
  },
): { explanation: EntityExplanation; last?: ClusterRecord } {
  const { claims, hubs, visible, unknownHubs, followed } = evidence;
  const { clusters, moreSets } = evidence;
  const taken = takenByAny(followed);
  const sets = evidence.sets.map(set => ({
    set,
    sight: sightOf(set, { visible, clusters, taken }),
  }));
  const nearMisses = nearMissesIn(evidence, taken);
  const areMore =
    nearMisses.length > MOST_NEAR_MISSES ||
    // How many are hidden is not to be told.
    (visible.isAll && evidence.moreCandidates);
  const thereOf = grouped(taken, ({ hub, cluster }) =>
    'name' in cluster ? clusterKey({ hub, name: cluster.name }) : undefined,
  );
  const { after, limit } = page;
  const wanted = clusters
    .filter(
      cluster =>
        (visible.has(cluster) || thereOf.has(clusterKey(cluster))) &&
        page.isWanted(cluster) &&
        (!after || compareClusters(cluster, after) > 0),
    )
    .sort(compareClusters);
  const shown = wanted.slice(0, limit);
  const explanation: EntityExplanation = {
    entityRef: claims.entityRef,
    ...(claims.owner && { owner: claims.owner }),
    rules: explainRules({
      ...{ followed, refused: claims.refused },
      tellsWithheld: visible.isAll,
    }),
    nearMisses: nearMisses.slice(0, MOST_NEAR_MISSES),
    ...(areMore && { moreNearMisses: true }),
    applicationSets: sets
      .filter(({ sight }) => sight !== 'none')
      .map(({ set, sight }) =>
        explainSet(set, {
          tellsName: sight === 'name',
          tellsMessage: visible.hasAllOf(set.record.hub, clusters),
        }),
      ),
    ...(moreSets && { moreApplicationSets: true }),
    clusters: explainClusters(shown, evidence, {
      ...{ taken, thereOf, nearMisses },
      sets: sets.filter(({ sight }) => sight === 'all').map(({ set }) => set),
    }),
    hubs: hubs.map(explainHub),
    unknownHubs,
    ...(!visible.isAll && { restricted: true }),
  };
  return {
    explanation,
    ...(wanted.length > shown.length && { last: shown.at(-1) }),
  };
}

function explainClusters(
  clusters: ClusterRecord[],
  evidence: Evidence,
  known: {
    taken: StoredApplication[];
    /** By `clusterKey`. */
    thereOf: Map<string, StoredApplication[]>;
    nearMisses: NearMiss[];
    /** Those that may be told in whole. */
    sets: RelevantSet[];
  },
) {
  const { claims, config, environmentLabel, hubs, visible } = evidence;
  const { taken, thereOf, nearMisses, sets } = known;
  const missesOf = grouped(
    nearMisses,
    ({ hub, cluster }) => cluster && clusterKey({ hub, name: cluster }),
  );
  const situations = new Map(
    hubs.map(hub => {
      const { name } = hub.status;
      const situation = {
        ...{ claims, config, hub, taken },
        sets: sets.filter(({ record }) => record.hub === name),
        hasMoreSets: evidence.moreSets,
        expectedSets: expectedSetNames(claims, { taken, hub: name }),
        projects: projectsOf(hub, evidence),
        shownLabels: evidence.shownLabels,
        seesAll: visible.isAll,
      };
      return [name, situation];
    }),
  );
  return clusters.flatMap(cluster => {
    const situation = situations.get(cluster.hub);
    const key = clusterKey(cluster);
    return situation
      ? explainCluster(cluster, {
          situation,
          isVisible: visible.has(cluster),
          there: thereOf.get(key) ?? [],
          nearMisses: missesOf.get(key) ?? [],
          environment: cluster.labels[environmentLabel],
        })
      : [];
  });
}

function projectsOf(
  { status, record }: HubFacts,
  { projects, visible }: Evidence,
): KnownProjects {
  const byName = new Map(
    projects
      .filter(({ hub }) => hub === status.name)
      .map(project => [project.name, project]),
  );
  return {
    get: name => byName.get(name),
    readable: record?.readableProjects,
    tellsExpected: visible.isAll,
  };
}

/** Those that the caller may see, of hubs that are configured. */
function nearMissesIn(
  { candidates, claims, config, visible }: Evidence,
  taken: StoredApplication[],
): NearMiss[] {
  const isTaken = new Set(taken.map(objectKey));
  return nearMissesOf(
    candidates.filter(
      each => !isTaken.has(objectKey(each)) && visible.shows(each),
    ),
    { claims, config },
  );
}

function grouped<T>(
  items: T[],
  keyOf: (item: T) => string | undefined,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined) {
      const group = groups.get(key) ?? [];
      group.push(item);
      groups.set(key, group);
    }
  }
  return groups;
}
