import type {
  ClusterSummary,
  Deployment,
  HubStatus,
  MappingRule,
} from './types';

/**
 * A deployment in a list that is not of one entity. `mappedBy` holds the rules
 * of `entities`.
 *
 * @public
 */
export interface FleetDeployment extends Deployment {
  /** Those that claim it and that the caller may read, sorted by ref. */
  entities: ClaimingEntity[];
  /** Present where no entity claims it, also none that the caller may not read. */
  unmapped?: Unmapped;
}

/** An entity that a deployment belongs to, and why. @public */
export interface ClaimingEntity {
  entityRef: string;
  /** Strongest first. */
  mappedBy: MappingRule[];
}

/** @public */
export interface Unmapped {
  /** What would map it; each alone is enough, the best one first. */
  suggestions: MappingSuggestion[];
}

/** An annotation that would map a deployment. @public */
export interface MappingSuggestion {
  /** Where to write it: on an entity of the catalog, or on the application at its hub. */
  on: 'entity' | 'application';
  key: string;
  /** Absent: the ref of the entity that it shall belong to. */
  value?: string;
  /** Only entities of the owners that `mapping.projects` names for the project may claim it. */
  limited?: true;
}

/** The answer of `GET /deployments/:hub/:namespace/:name`. @public */
export interface DeploymentDetails {
  deployment: FleetDeployment;
  /** Absent where the destination is no cluster, or not known which. */
  cluster?: ClusterSummary;
  hub: HubStatus;
}
