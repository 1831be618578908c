import {
  type ClusterCriteria,
  clusterKey,
  type ClusterStore,
} from '../store/ClusterStore';
import { VisibleClusters } from './VisibleClusters';

/** A cluster, or with a hub alone: a destination there that is no cluster. */
export interface Place {
  hub: string;
  /** `name` of the ClusterRecord. */
  cluster?: string;
}

/** No cluster has this name. */
const NO_CLUSTER = '';

/**
 * The clusters that a caller may do something with. Conditions are asked of the
 * database, where the labels of now are, so that a list can be cut to them
 * before it is counted or paged.
 */
export class ClusterScope {
  readonly #criteria: ClusterCriteria | undefined;
  readonly #clusters: ClusterStore;

  /** @param criteria - absent: all clusters */
  constructor(clusters: ClusterStore, criteria?: ClusterCriteria) {
    this.#clusters = clusters;
    this.#criteria = criteria;
  }

  /** Asked once, for a list or for all of one answer. */
  async resolve(): Promise<VisibleClusters> {
    if (!this.#criteria) {
      return VisibleClusters.all;
    }
    const found = await this.#clusters.matching(this.#criteria);
    return new VisibleClusters({
      keys: new Set(found.map(clusterKey)),
      outside: hub => this.hasOutside(hub),
    });
  }

  /**
   * Where all are allowed also one that is not stored. The database is asked also
   * where the hub alone decides: the time of an answer is not to tell of a hidden
   * application that it goes to no cluster.
   */
  async has({ hub, cluster }: Place): Promise<boolean> {
    if (!this.#criteria) {
      return true;
    }
    const name = cluster ?? NO_CLUSTER;
    const found = await this.#clusters.matching(this.#criteria, { hub, name });
    return cluster === undefined ? this.hasOutside(hub) : found.length > 0;
  }

  /**
   * Applications of a hub whose destination is no cluster, or not known which.
   * Of labels nothing is known then: neither that there is one nor that there is
   * none. So they are allowed only where the hub alone decides.
   */
  hasOutside(hub: string): boolean {
    return !this.#criteria || judge(this.#criteria, hub) === true;
  }
}

/** Undefined: labels would decide. */
function judge(criteria: ClusterCriteria, hub: string): boolean | undefined {
  if ('allOf' in criteria) {
    const parts = criteria.allOf.map(part => judge(part, hub));
    return parts.includes(false) ? false : allTrue(parts);
  }
  if ('anyOf' in criteria) {
    const parts = criteria.anyOf.map(part => judge(part, hub));
    return parts.includes(true) ? true : noneUnknown(parts);
  }
  if ('not' in criteria) {
    const part = judge(criteria.not, hub);
    return part === undefined ? undefined : !part;
  }
  return 'hubs' in criteria ? criteria.hubs.includes(hub) : undefined;
}

function allTrue(parts: (boolean | undefined)[]): true | undefined {
  return parts.length > 0 && !parts.includes(undefined) ? true : undefined;
}

function noneUnknown(parts: (boolean | undefined)[]): false | undefined {
  return parts.includes(undefined) ? undefined : false;
}
