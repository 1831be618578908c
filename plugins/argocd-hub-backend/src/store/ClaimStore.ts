import type {
  MappingRule,
  RuleRefusal,
} from 'backstage-plugin-argocd-hub-common';
import type { ApplicationSelection } from './ApplicationStore';
import type { Lease } from './LeaseStore';

/** One reason why applications belong to an entity, and which ones it takes. */
export interface Claim {
  rule: MappingRule;
  selection: ApplicationSelection;
}

/** What one entity asks for. Plain JSON, as it is kept. */
export interface EntityClaims {
  /** In the form of `stringifyEntityRef`. */
  entityRef: string;
  /** Full ref of the owner, for `mapping.projects`. */
  owner?: string;
  /** Strongest first. */
  claims: Claim[];
  /** Annotations that cannot be followed, and why. */
  refused: { rule: MappingRule; refusal: RuleRefusal }[];
}

/** What entities ask for, as last read from the catalog. Outlives an outage of it. */
export interface ClaimStore {
  get(entityRef: string): Promise<EntityClaims | undefined>;
  /** Those of them that are there, in any order and in one query. */
  some(entityRefs: string[]): Promise<EntityClaims[]>;
  /** A page at a time, so that others get their turn. */
  all(): Promise<EntityClaims[]>;
  /** Of which entities there are claims. */
  refs(): Promise<string[]>;
  /**
   * All that there are, as last read; answers which entities ask for something
   * else than before. The first time raises the revision of claims also where
   * there are none. Throws ConflictError when the lease was lost.
   */
  replace(options: {
    lease: Lease;
    entities: EntityClaims[];
    /** Refs of entities that stay as they are, although nothing was read of them. */
    keep?: ReadonlySet<string>;
  }): Promise<string[]>;
}
