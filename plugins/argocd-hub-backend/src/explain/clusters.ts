import {
  type ClusterReason,
  type ExplainedCluster,
  type NearMiss,
} from 'backstage-plugin-argocd-hub-common';
import type { StoredApplication } from '../store/ApplicationStore';
import type { ClusterRecord } from '../store/ClusterStore';
import type { EntityClaims } from '../store/ClaimStore';
import { type MappingConfig, mayClaim, namesEntity } from '../mapping/claimsOf';
import { type HubFacts, isOld } from './hubs';
import { nameOf } from './rules';
import {
  type Known,
  type KnownProjects,
  projectReasons,
  setName,
  setReasons,
} from './setReasons';
import type { RelevantSet } from './sets';

const MOST_MISSES = 5;
const MOST_HIDDEN = 5;

/** What is told of a cluster, and whether that is all. */
type Reasons = Pick<ExplainedCluster, 'reasons' | 'moreReasons'>;

/** What is known of an entity, for all clusters of one hub. */
export interface HubSituation extends Known {
  claims: EntityClaims;
  config: MappingConfig;
  hub: HubFacts;
  /** All that the entity has, on any hub. */
  taken: StoredApplication[];
  /** Of this hub, those that may be told of in whole. */
  sets: RelevantSet[];
  /** There are more, of this hub or of another. */
  hasMoreSets: boolean;
  /** Names of sets that could bring the entity there, whether they are there or not. */
  expectedSets: { named: string[]; owning: string[] };
  /** Whether the caller may see every cluster. */
  seesAll: boolean;
}

/** How many deployments an entity has on a cluster, and why it has none. */
export function explainCluster(
  cluster: ClusterRecord,
  options: {
    situation: HubSituation;
    /** Whether the caller may see it; else it knows of it by what the entity has there. */
    isVisible: boolean;
    /** Those that the entity has there. */
    there: StoredApplication[];
    /** Those that it nearly has there. */
    nearMisses: NearMiss[];
    environment?: string;
  },
): ExplainedCluster {
  const { isVisible, there, environment } = options;
  return {
    ...{ hub: cluster.hub, name: cluster.name },
    ...(environment && { environment }),
    deployments: there.length,
    ...(isVisible
      ? reasonsFor(cluster, options)
      : { reasons: [{ code: 'not-visible' }] }),
  };
}

function reasonsFor(
  cluster: ClusterRecord,
  options: {
    situation: HubSituation;
    there: StoredApplication[];
    nearMisses: NearMiss[];
  },
): Reasons {
  const { situation, there, nearMisses } = options;
  return there.length > 0
    ? { reasons: obstacles(cluster, there, situation) }
    : absence(cluster, nearMisses, situation);
}

/** What is there, but cannot be deployed: the row says so too, in Argo CD's words. */
function obstacles(
  cluster: ClusterRecord,
  there: StoredApplication[],
  { projects }: HubSituation,
): ClusterReason[] {
  return forbidding(there, cluster, projects);
}

function absence(
  cluster: ClusterRecord,
  nearMisses: NearMiss[],
  situation: HubSituation,
): Reasons {
  const { claims, config, hub, taken } = situation;
  const asks = claims.claims.some(({ rule }) => !namesEntity(rule, config));
  const isAsked = asks || taken.length > 0;
  const hidden = isAsked ? hiddenSets(situation) : [];
  const areMore =
    nearMisses.length > MOST_MISSES || hidden.length > MOST_HIDDEN;
  return {
    reasons: [
      ...hubReasons(hub),
      ...nearMisses.slice(0, MOST_MISSES).map(notTaken),
      ...(isAsked
        ? notDeployed(cluster, hidden.slice(0, MOST_HIDDEN), situation)
        : [{ code: 'nothing-claimed' as const }]),
    ],
    ...(areMore && { moreReasons: true }),
  };
}

/** As far as sets, projects and Argo CD decide. */
function notDeployed(
  cluster: ClusterRecord,
  hidden: ClusterReason[],
  situation: HubSituation,
): ClusterReason[] {
  const { sets, taken, projects } = situation;
  const shared = cluster.name !== cluster.registeredName;
  return [
    ...(sets.length > 0
      ? [
          ...sets.flatMap(set => reasonsOfSet(set, cluster, situation)),
          ...hidden,
        ]
      : withoutSet(hidden, situation)),
    ...(shared ? [{ code: 'cluster-name-shared' as const }] : []),
    ...forbidding(
      taken.filter(each => each.hub === cluster.hub && !each.applicationSet),
      cluster,
      projects,
    ),
  ];
}

function hubReasons({ status }: HubFacts): ClusterReason[] {
  if (!status.complete) {
    return [{ code: 'hub-not-read' }];
  }
  return isOld(status.freshness) ? [{ code: 'hub-stale' }] : [];
}

function notTaken({ rule, reasons, ...miss }: NearMiss): ClusterReason {
  return {
    code: 'application-not-taken',
    application: nameOf(miss),
    ...(rule && { rule }),
    reasons,
  };
}

/** Where it has made something, it is that which is not taken. */
function reasonsOfSet(
  set: RelevantSet,
  cluster: ClusterRecord,
  situation: HubSituation,
): ClusterReason[] {
  return [
    ...claimReasons(set, situation),
    ...(set.occupied.has(cluster.name)
      ? []
      : setReasons(set, cluster, situation)),
  ];
}

/** What a set that the entity names makes is taken only where the project is open to its owner. */
function claimReasons(
  { rule, record }: RelevantSet,
  { claims: { owner }, config }: HubSituation,
): ClusterReason[] {
  const { project } = record;
  if (!rule || project.includes('{{')) {
    return [];
  }
  return mayClaim({ rule, owner, project: project || 'default', config })
    ? []
    : [{ code: 'claim-not-open', applicationSet: setName(record), project }];
}

/** Whoever sees no set may say that there is none only where it sees all that there are. */
function withoutSet(
  hidden: ClusterReason[],
  situation: HubSituation,
): ClusterReason[] {
  const { hub, hasMoreSets, expectedSets } = situation;
  const unmatched = unmatchedIn(situation);
  if (hub.record?.readableSets !== 'all') {
    return [...unmatched, ...hidden, { code: 'application-sets-unreadable' }];
  }
  if (hidden.length > 0 || hasMoreSets) {
    return [...unmatched, ...hidden];
  }
  const missing = expectedSets.named.map(
    (name): ClusterReason => ({ code: 'application-set-not-found', name }),
  );
  const reasons = [...unmatched, ...missing];
  return reasons.length > 0 ? reasons : [{ code: 'no-application-set' }];
}

/** A set that it names need not have made anything yet; all else that it asks for has to be there. */
function unmatchedIn({
  claims: { claims },
  config,
  taken,
}: HubSituation): ClusterReason[] {
  const asks = claims.some(
    ({ rule, selection }) =>
      !namesEntity(rule, config) && selection.match.kind !== 'application-set',
  );
  return asks && taken.length === 0 ? [{ code: 'nothing-matched' }] : [];
}

/**
 * Sets that may have something to do with it, and that the caller sees nothing of:
 * said whether they are there or not, as that is not to be told.
 */
function hiddenSets(situation: HubSituation): ClusterReason[] {
  const { seesAll, sets, expectedSets } = situation;
  if (seesAll) {
    return [];
  }
  const seen = new Set(sets.map(({ record }) => record.name));
  return [...new Set([...expectedSets.named, ...expectedSets.owning])]
    .filter(name => !seen.has(name))
    .map(name => ({ code: 'not-visible', name }));
}

/** Projects of applications that do not let them go to a cluster, each once. */
function forbidding(
  applications: StoredApplication[],
  cluster: ClusterRecord,
  projects: KnownProjects,
): ClusterReason[] {
  const namespaces = new Map<string, Set<string>>();
  for (const { project, destination } of applications) {
    const known = namespaces.get(project) ?? new Set();
    namespaces.set(project, known.add(destination.namespace));
  }
  return [...namespaces].flatMap(([project, inUse]) =>
    projectReasons(project, { cluster, namespaces: inUse, projects }).filter(
      ({ code }) => code === 'project-forbids',
    ),
  );
}
