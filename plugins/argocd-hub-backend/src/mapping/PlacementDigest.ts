import { createHash } from 'node:crypto';
import type { Placement } from 'backstage-plugin-argocd-hub-common';

/**
 * Tells whether two replicas have the same placements, whatever the order in
 * which they came to them. Costs something for each change, not for each
 * placement.
 */
export class PlacementDigest {
  #sum = 0n;

  /** Undefined: not placed, before or now. */
  change(before: Placement | undefined, after: Placement | undefined): void {
    this.#sum ^= hashOf(before) ^ hashOf(after);
  }

  toString(): string {
    return this.#sum.toString(36);
  }
}

function hashOf(placement: Placement | undefined): bigint {
  if (!placement) {
    return 0n;
  }
  const { entityRef, clusters, environments } = placement;
  return createHash('sha256')
    .update(`${entityRef}\n${clusters.join()}\n${environments.join()}`)
    .digest()
    .readBigUInt64BE();
}
