import type {
  ApplicationSetName,
  ClusterReason,
  ExplainedHub,
} from './explain';
import type { Deployment } from './types';

/**
 * The answer of `GET /applicationsets/:hub/:namespace/:name`, as far as the
 * caller may read clusters.
 *
 * @public
 */
export interface ApplicationSetDetails extends ApplicationSetName {
  hub: string;
  /** Of the applications that it makes; may be the text of a template. */
  project: string;
  conditions: ApplicationSetCondition[];
  /** Argo CD's own word, where its version has one. */
  health?: string;
  /** Whether Argo CD has made what it generates; absent where it does not tell. */
  upToDate?: boolean;
  /** How many applications Argo CD says that it has made. */
  resources?: number;
  /** What Argo CD may do with its applications: `sync`, `create-only` and so on. */
  applicationsSync: string;
  preserveResourcesOnDeletion: boolean;
  /** `AllAtOnce` or `RollingSync`. */
  strategy: string;
  /** How many cluster generators it has, nested ones too. */
  clusterGenerators: number;
  /** What else decides about its applications: generators that cannot be judged from here. */
  otherGenerators: string[];
  hubStatus: ExplainedHub;
  counts: {
    /** Applications that it has made and that we know of. */
    applications: number;
    /** Clusters that its generators select and that have none of them. */
    skipped: number;
  };
  /** What it has made, by namespace and name. */
  applications: Deployment[];
  /** Clusters that its generators select and that have none; after the last application. */
  skipped: SkippedBySet[];
  /** Only beyond 500 rows of both. */
  nextCursor?: string;
  /** The caller may not read every cluster: what concerns others is left out. */
  restricted?: true;
}

/** A condition of an ApplicationSet. @public */
export interface ApplicationSetCondition {
  /** `ErrorOccurred`, `ParametersGenerated`, `ResourcesUpToDate`, `RolloutProgressing`. */
  type: string;
  /** `True`, `False` or `Unknown`. */
  status: string;
  reason?: string;
  /** Argo CD's own; absent where it may speak of clusters that the caller may not read. */
  message?: string;
  since?: string;
}

/** A cluster that an ApplicationSet selects and made nothing for. @public */
export interface SkippedBySet {
  cluster: string;
  environment?: string;
  reasons: ClusterReason[];
}
