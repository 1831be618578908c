import type { RuleRefusal } from './refusals';
import type { Freshness, MappingRule, Readable } from './types';

/**
 * The answer of `GET /entities/:kind/:namespace/:name/explain`: why an entity
 * has the deployments that it has, and why a cluster has none of them. Codes and
 * facts; text for people is made in the browser.
 *
 * Clusters, ApplicationSets and near misses are told as far as the caller may
 * read clusters, and beyond that as far as the deployments of the entity show
 * them: by name.
 *
 * @public
 */
export interface EntityExplanation {
  entityRef: string;
  /** Full ref of its owner, as `mapping.projects` is asked about it; absent where it has none. */
  owner?: string;
  /** What the entity asks for and what applications may say of it, strongest first. */
  rules: ExplainedRule[];
  /** Applications that no rule takes although little is missing, closest first; at most 50. */
  nearMisses: NearMiss[];
  /** There may be more of them. */
  moreNearMisses?: true;
  /** Those that could bring the entity to a cluster, at most 50. */
  applicationSets: ExplainedApplicationSet[];
  /** There are more of them; what these do about a cluster is not told. */
  moreApplicationSets?: true;
  /** Those of the hubs in scope that the caller may read or that the entity is deployed to, by hub and name. */
  clusters: ExplainedCluster[];
  /** Only beyond 500 clusters. */
  nextCursor?: string;
  /** Every hub in scope, and what could not be checked there. */
  hubs: ExplainedHub[];
  /** Names that the entity gives for hubs and that none has. */
  unknownHubs: string[];
  /** The caller may not read every cluster: what concerns others is left out. */
  restricted?: true;
}

/** A name of an Application. @public */
export interface ApplicationName {
  hub: string;
  /** Of the Application object. */
  namespace: string;
  name: string;
}

/** A name of an ApplicationSet within its hub. @public */
export interface ApplicationSetName {
  namespace: string;
  name: string;
}

/** One rule, and what became of it. @public */
export interface ExplainedRule extends MappingRule {
  outcome: 'followed' | 'refused';
  /** Why it is refused. */
  refusal?: RuleRefusal;
  /** What the rule is narrowed to by other annotations of the entity. */
  narrowedTo?: { hubs?: string[]; namespace?: string; project?: string };
  /** How many applications it takes. */
  applications: number;
  /** The first of them by hub, namespace and name; at most 5. */
  first: ApplicationName[];
  /**
   * Applications that it would take if `mapping.projects` let it; absent where
   * there are none, and for callers that may not read every cluster.
   */
  withheld?: number;
}

/** An application that the entity does not have, and what is missing. @public */
export interface NearMiss extends ApplicationName {
  project: string;
  /** The cluster that it goes to; absent where it resolves to none. */
  cluster?: string;
  /** The rule that it is closest to; absent where it only looks as if it belonged to the entity. */
  rule?: MappingRule;
  reasons: MissReason[];
}

/** What keeps a rule from an application. @public */
export type MissReason =
  /** The entity names other hubs. */
  | { code: 'other-hub'; expected: string[]; actual: string }
  | { code: 'other-namespace'; expected: string; actual: string }
  | { code: 'other-project'; expected: string; actual: string }
  | { code: 'other-name'; expected: string; actual: string }
  | { code: 'other-application-set'; expected: string; actual?: string }
  /** A term of the selector. */
  | LabelMiss
  /** The label or annotation has another value than the entity; only its own ones are told. */
  | { code: 'other-value'; key: string; expected: string }
  /** `mapping.projects` does not let the owner of the entity claim there. */
  | { code: 'project-not-open'; project: string; owner?: string }
  /** A label or annotation of the application names another entity. */
  | { code: 'names-another-entity'; key: string }
  /**
   * A label or annotation names this entity in a way that is not read: without
   * its kind, say. What cannot be read at all is not told: it may name others.
   */
  | { code: 'misspelt-entity'; key: string; expected: string; actual?: string }
  /** It is called as the entity is, and nothing claims it. */
  | { code: 'not-claimed' };

/** @public */
export interface LabelMiss {
  code: 'label';
  key: string;
  operator: 'in' | 'notin' | 'exists' | 'not-exists';
  expected: string[];
  /** Absent where there is no such label, and where its value names an entity. */
  actual?: string;
}

/** An ApplicationSet that could bring the entity to a cluster. @public */
export interface ExplainedApplicationSet extends ApplicationSetName {
  hub: string;
  /** Whether the entity names it, or applications of the entity are of it. */
  because: 'named' | 'owns-applications';
  /**
   * The caller may read none of the clusters that it is for: all that follows is
   * absent, and the name is told as it is on the deployments of the entity.
   */
  notVisible?: true;
  /** Of the applications that it makes; may be the text of a template. */
  project?: string;
  /** How many cluster generators it has, nested ones too. */
  clusterGenerators?: number;
  /** What else decides about its applications: generators that cannot be judged from here. */
  otherGenerators?: string[];
  /** Whether Argo CD has made what it generates; absent where it does not tell. */
  upToDate?: boolean;
  /** Argo CD cannot do what the set says. */
  error?: {
    reason?: string;
    /** Argo CD's own; absent where it may speak of clusters that the caller may not read. */
    message?: string;
    since?: string;
  };
}

/** @public */
export interface ExplainedCluster {
  hub: string;
  name: string;
  environment?: string;
  /** How many deployments the entity has there. */
  deployments: number;
  /**
   * Why there is none, likeliest first. Where there are some: what keeps Argo CD
   * from deploying to this cluster. At most 5 applications that no rule takes
   * (`application-not-taken`), and at most 5 sets that are hidden (`not-visible`).
   */
  reasons: ClusterReason[];
  /** There are more of those applications, or of those sets. */
  moreReasons?: true;
}

/** Why an entity has no deployment on a cluster. @public */
export type ClusterReason =
  /** Its hub has never been read as a whole: deployments may be missing. */
  | { code: 'hub-not-read' }
  /** What is known of its hub is old. */
  | { code: 'hub-stale' }
  /** Two clusters share its name: Argo CD refuses destinations by that name. */
  | { code: 'cluster-name-shared' }
  /** An application is there, and no rule takes it. */
  | {
      code: 'application-not-taken';
      application: ApplicationName;
      rule?: MappingRule;
      reasons: MissReason[];
    }
  /** The entity asks for nothing, and no application names it. */
  | { code: 'nothing-claimed' }
  /** The entity asks for applications, and its rules take none of any hub. */
  | { code: 'nothing-matched' }
  /** The account at the hub may not see all ApplicationSets, and none is known that could bring it there. */
  | { code: 'application-sets-unreadable' }
  /** The entity names an ApplicationSet that the hub does not have. */
  | { code: 'application-set-not-found'; name: string }
  /** No ApplicationSet is known that could bring it there: its applications are made one by one. */
  | { code: 'no-application-set' }
  /**
   * What decides is hidden from the caller. With a name: an ApplicationSet that the
   * entity names or that has made something of it, whether it is there or not.
   * Without: the caller may not read the cluster.
   */
  | { code: 'not-visible'; name?: string }
  /** `mapping.projects` does not let the owner of the entity claim what this ApplicationSet makes. */
  | {
      code: 'claim-not-open';
      applicationSet: ApplicationSetName;
      project: string;
    }
  /** No cluster generator selects it. */
  | {
      code: 'not-selected';
      applicationSet: ApplicationSetName;
      /** What each of its cluster generators misses. */
      generators: MissingGenerator[];
    }
  /** It is selected, as far as can be told, and Argo CD cannot do what the set says. */
  | { code: 'application-set-error'; applicationSet: ApplicationSetName }
  /** Other generators decide, or help to. */
  | {
      code: 'generators-not-judged';
      applicationSet: ApplicationSetName;
      generators: string[];
    }
  /** The project does not let its applications go there. */
  | {
      code: 'project-forbids';
      project: string;
      applicationSet?: ApplicationSetName;
      refusal: ProjectRefusal;
      /** What it permits; the first 20. */
      expected: ProjectDestination[];
      actual: ProjectDestination;
    }
  /** Whether the project lets its applications go there could not be checked. */
  | {
      code: 'project-not-checked';
      project: string;
      applicationSet?: ApplicationSetName;
      why: 'unreadable' | 'not-found' | 'templated';
    }
  /** It is selected, and there is no application. */
  | { code: 'not-generated'; applicationSet: ApplicationSetName };

/** @public */
export interface MissingGenerator {
  /** Terms of its selector that the labels of the cluster do not satisfy. */
  labels: ClusterLabelMiss[];
  /** The hub's own cluster has no Secret: only an empty selector takes it. */
  withoutSecret?: true;
}

/** @public */
export interface ClusterLabelMiss {
  key: string;
  /** As Kubernetes spells it: `In`, `NotIn`, `Exists`, `DoesNotExist`. */
  operator: string;
  expected: string[];
  /** Absent where there is no such label, and where its value is told of no cluster. */
  actual?: string;
}

/**
 * - `no-destination`: no entry of the project takes it
 * - `denied`: an entry that begins with `!` rules it out
 * - `not-its-cluster`: the project may use only clusters that are kept for it
 *
 * @public
 */
export type ProjectRefusal = 'no-destination' | 'denied' | 'not-its-cluster';

/** @public */
export interface ProjectDestination {
  server?: string;
  name?: string;
  namespace?: string;
}

/** @public */
export interface ExplainedHub {
  name: string;
  freshness: Freshness;
  /** When `freshness` began. */
  since?: string;
  observedAt?: string;
  /** A full list has been mirrored at least once. */
  complete: boolean;
  /** How much its account may see; absent where it was never asked. */
  readable: { applicationSets?: Readable; projects?: Readable };
  /** What could not be checked, or not well. */
  unchecked: UncheckedPart[];
}

/**
 * - `applications`: the hub was never read as a whole
 * - `skipped-applications`: some cannot be read; `GET /hubs` names them
 * - `application-sets`, `projects`: its account may not see all of them, or was
 *   never asked
 * - `now`: what is known of it is old
 *
 * @public
 */
export type UncheckedPart =
  | 'applications'
  | 'skipped-applications'
  | 'application-sets'
  | 'projects'
  | 'now';
