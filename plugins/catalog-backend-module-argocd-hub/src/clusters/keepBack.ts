import type { HubDetails } from 'backstage-plugin-argocd-hub-common';
import type { DeletionGuard } from './DeletionGuard';
import type { HeldCluster } from './HeldClusters';

/** Entities that stay although their clusters are not listed, and why, for the log. */
export interface KeptBack {
  kept: HeldCluster[];
  because?: string;
}

/**
 * Which entities must stay although the hub lists their clusters no more: what
 * is missing from an answer proves something only where the answer can be
 * trusted.
 */
export function keepBack(options: {
  hub: Pick<
    HubDetails,
    'freshness' | 'skippedClusters' | 'skippedClusterCount'
  >;
  /** Held by the catalog and not listed. */
  gone: HeldCluster[];
  /** How many the catalog holds. */
  known: number;
  /** How many are listed. */
  read: number;
  guard: DeletionGuard;
}): KeptBack {
  const { hub, gone, known, read, guard } = options;
  if (gone.length === 0) {
    guard.allows({ known, gone: [] });
    return { kept: [] };
  }
  if (read === 0) {
    return { kept: gone, because: 'it lists no cluster at all' };
  }
  if (hub.freshness === 'stale' || hub.freshness === 'down') {
    return { kept: gone, because: 'it does not answer' };
  }
  const unreadable = gone.filter(cluster => mayBeUnreadable(cluster, hub));
  const rest = gone.filter(cluster => !unreadable.includes(cluster));
  const names = rest.map(({ entityRef }) => entityRef);
  if (!guard.allows({ known, gone: names })) {
    return { kept: gone, because: 'they are suddenly so many' };
  }
  return unreadable.length > 0
    ? { kept: unreadable, because: 'it lists clusters that cannot be read' }
    : { kept: [] };
}

/** Of unreadable clusters the hub tells a name or an address, and of too many neither. */
function mayBeUnreadable(
  { cluster, server }: HeldCluster,
  hub: Pick<HubDetails, 'skippedClusters' | 'skippedClusterCount'>,
): boolean {
  return (
    hub.skippedClusterCount > hub.skippedClusters.length ||
    hub.skippedClusters.some(({ name }) => name === cluster || name === server)
  );
}
