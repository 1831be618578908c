import {
  compareEnvironments,
  type HealthStatus,
  type SyncStatus,
} from 'backstage-plugin-argocd-hub-common';
import {
  type ReportedState,
  shownState,
} from 'backstage-plugin-argocd-hub-common/status';
import { compareText } from '../compareText';
import type { VisibleClusters } from '../permissions/VisibleClusters';
import type { StoredApplication } from '../store/ApplicationStore';
import type { Estate } from './Estate';

/** A cluster; without a name, what goes to no cluster of a hub. */
export interface Stop {
  hub: string;
  cluster?: string;
  environment?: string;
}

/** How far one has come. */
export interface FleetPosition extends Stop {
  /** `namespace/name` of the last one; absent where the stop is done. */
  key?: string;
}

/** What was looked at in one go. */
export interface FleetPart {
  found: StoredApplication[];
  reached: FleetPosition;
  scanned: number;
}

/** States as they are shown. */
export interface WantedStates {
  sync?: SyncStatus;
  health?: HealthStatus;
}

/** An application that there is nothing to say against. */
const SOUND: ReportedState = {
  sync: 'Synced',
  health: 'Healthy',
  conditions: [],
  skipReconcile: false,
};

/**
 * Where to look for what is wanted, in the order in which a fleet is told:
 * environment, hub, cluster, and last what goes to none.
 */
export function fleetStops(
  estate: Estate,
  options: {
    visible: VisibleClusters;
    wanted: { hub?: string; cluster?: string; environment?: string };
    states: WantedStates;
  },
): Stop[] {
  const { visible, wanted, states } = options;
  const clusters: Stop[] = estate
    .clusters()
    .filter(({ summary }) => visible.has(summary))
    .map(({ summary: { hub, name, environment } }) => ({
      hub,
      cluster: name,
      environment,
    }));
  const outside: Stop[] = estate
    .hubs()
    .filter(({ config }) => visible.hasOutside(config.name))
    .map(({ config }) => ({ hub: config.name }));
  const { hub, cluster, environment } = wanted;
  return [...clusters, ...outside]
    .filter(
      stop =>
        (hub === undefined || stop.hub === hub) &&
        (cluster === undefined || stop.cluster === cluster) &&
        (environment === undefined || stop.environment === environment) &&
        mayShow(stop, states, estate),
    )
    .sort(compareStops(estate.config.environments));
}

export function compareStops(
  environments: readonly string[],
): (a: Stop, b: Stop) => number {
  const byEnvironment = compareEnvironments(environments);
  return (a, b) =>
    byEnvironment(a.environment, b.environment) ||
    compareText(a.hub, b.hub) ||
    Number(a.cluster === undefined) - Number(b.cluster === undefined) ||
    compareText(a.cluster ?? '', b.cluster ?? '');
}

/** Where even a sound application is in doubt, nothing but Unknown is shown. */
function mayShow(stop: Stop, states: WantedStates, estate: Estate): boolean {
  const { sync, health } = states;
  if (sync === undefined && health === undefined) {
    return true;
  }
  const shown = shownAt(estate, stop, SOUND);
  return (
    shown?.health.status !== 'Unknown' ||
    ((sync ?? 'Unknown') === 'Unknown' && (health ?? 'Unknown') === 'Unknown')
  );
}

/** Undefined for a hub that is not configured any more. */
export function shownAt(
  estate: Estate,
  { hub, cluster }: Pick<Stop, 'hub' | 'cluster'>,
  reported: ReportedState,
): ReturnType<typeof shownState> | undefined {
  const view = estate.hub(hub);
  return (
    view &&
    shownState(reported, {
      hub: view.freshness,
      cluster:
        cluster === undefined ? undefined : estate.cluster(hub, cluster)?.state,
    })
  );
}
