import { stringifyEntityRef } from '@backstage/catalog-model';
import type { Entity } from '@backstage/catalog-model';
import type { NameConflict } from 'backstage-plugin-argocd-hub-common';
import type { HeldCluster } from './HeldClusters';

/** A cluster that would like to have this entity. */
export interface Candidate {
  cluster: string;
  entity: Entity;
}

/** A cluster without an entity, and who has it. */
export interface LeftOut {
  cluster: string;
  entityRef: string;
  holder: string;
}

/**
 * Decides which cluster gets its entity where several want the same one. Who
 * has it keeps it, so that an entity never changes its cluster while both are
 * there; else the first does, by hub and name.
 */
export function chooseEntities(options: {
  hub: string;
  /** Of this hub, by name. */
  candidates: Candidate[];
  /** Of all hubs, each by hub and name. */
  conflicts: NameConflict[];
  /** What the catalog has of this hub. */
  held: HeldCluster[];
  /** What the catalog has from others: entity ref -> where from. */
  ofOthers: ReadonlyMap<string, string>;
}): { chosen: Entity[]; leftOut: LeftOut[] } {
  const { candidates, held } = options;
  const holders = new Map(held.map(one => [one.entityRef, one.cluster]));
  const conflicts = new Map(
    options.conflicts.map(conflict => [conflict.entityRef, conflict]),
  );
  const chosen: Entity[] = [];
  const leftOut: LeftOut[] = [];
  for (const [entityRef, rivals] of byRef(candidates)) {
    const winner = winnerOf(rivals, {
      ...options,
      entityRef,
      holder: holders.get(entityRef),
      conflict: conflicts.get(entityRef),
    });
    for (const { cluster, entity } of rivals) {
      if (cluster === winner.cluster) {
        chosen.push(entity);
      } else {
        leftOut.push({ cluster, entityRef, holder: winner.name });
      }
    }
  }
  return { chosen, leftOut };
}

/** `cluster` only where it is one of this hub. */
function winnerOf(
  rivals: Candidate[],
  options: {
    hub: string;
    entityRef: string;
    ofOthers: ReadonlyMap<string, string>;
    holder: string | undefined;
    conflict: NameConflict | undefined;
  },
): { cluster?: string; name: string } {
  const { hub, entityRef, ofOthers, holder, conflict } = options;
  const location = ofOthers.get(entityRef);
  if (location !== undefined) {
    return { name: location };
  }
  const ours = (cluster: string) => ({
    cluster,
    name: `cluster '${cluster}' of hub '${hub}'`,
  });
  if (holder !== undefined) {
    const isThere = rivals.some(({ cluster }) => cluster === holder);
    return ours(isThere ? holder : rivals[0].cluster);
  }
  const first = conflict?.clusters[0];
  if (first && first.hub !== hub) {
    return { name: `cluster '${first.name}' of hub '${first.hub}'` };
  }
  return ours(rivals[0].cluster);
}

function byRef(candidates: Candidate[]): Map<string, Candidate[]> {
  const found = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const ref = stringifyEntityRef(candidate.entity);
    const rivals = found.get(ref);
    if (rivals) rivals.push(candidate);
    else found.set(ref, [candidate]);
  }
  return found;
}
