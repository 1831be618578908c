import type { Placement, Placements } from 'backstage-plugin-argocd-hub-common';

/** Which entity is where, in memory, as last read. */
export class PlacementSnapshot {
  #placements = new Map<string, Placement>();
  #loaded = false;
  #trustworthy = false;

  /** False until the first answer: nothing is known then. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** False while a hub has not been mirrored completely: what is missing proves nothing. */
  get trustworthy(): boolean {
    return this.#trustworthy;
  }

  get(entityRef: string): Placement | undefined {
    return this.#placements.get(entityRef);
  }

  refs(): IterableIterator<string> {
    return this.#placements.keys();
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
