import type { Placement, Placements } from 'backstage-plugin-argocd-hub-common';
import type { PlacedOn } from './annotations';

/** Which entity is where, in memory, as last read. */
export class PlacementSnapshot {
  #placements = new Map<string, Placement>();
  #loaded = false;
  /** False while a hub has not been mirrored completely: what is missing proves nothing. */
  #trustworthy = false;
  /** Clusters of which all is known even then. */
  #settled: ReadonlySet<string> = new Set();

  /** False until the first answer: nothing is known then. */
  get loaded(): boolean {
    return this.#loaded;
  }

  refs(): IterableIterator<string> {
    return this.#placements.keys();
  }

  /**
   * Where the entity is, for one that was there `before`. While something may
   * be missing, clusters are only taken away where their hub has told all.
   */
  placedOn(
    entityRef: string,
    before: PlacedOn | undefined,
  ): PlacedOn | undefined {
    if (!this.#loaded) {
      return before;
    }
    const known = this.#placements.get(entityRef);
    if (this.#trustworthy || !before) {
      return known;
    }
    const here = new Set(known?.clusters);
    const kept = before.clusters.filter(
      cluster => !here.has(cluster) && !this.#settled.has(cluster),
    );
    if (kept.length === 0) {
      return known;
    }
    return {
      clusters: [...here, ...kept].sort(),
      environments: [
        ...new Set([...(known?.environments ?? []), ...before.environments]),
      ],
    };
  }

  /** Takes an answer over and tells which entities are placed differently now. */
  apply(answer: Placements): string[] {
    const next = answer.complete
      ? new Map<string, Placement>()
      : new Map(this.#placements);
    for (const placement of answer.items) {
      if (placement.clusters.length > 0) {
        next.set(placement.entityRef, placement);
      } else {
        next.delete(placement.entityRef);
      }
    }
    const before = this.#placements;
    this.#placements = next;
    this.#loaded = true;
    this.#trustworthy = answer.trustworthy;
    this.#settled = new Set(answer.settled);
    const refs = answer.complete
      ? new Set([...before.keys(), ...next.keys()])
      : answer.items.map(({ entityRef }) => entityRef);
    return [...refs].filter(
      ref => textOf(before.get(ref)) !== textOf(next.get(ref)),
    );
  }
}

function textOf(placement: Placement | undefined): string {
  return placement
    ? `${placement.clusters.join()} ${placement.environments.join()}`
    : '';
}
