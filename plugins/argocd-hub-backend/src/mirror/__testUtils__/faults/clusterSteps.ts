import type {
  ClusterSummary,
  Reachability,
  ReasonClass,
} from 'backstage-plugin-argocd-hub-common';
import { until } from '../MirrorWorld';
import type { Step } from './scenario';
import type { Fault } from './SimulatedHub';
import type { World } from './World';

/** Heartbeats often enough for a test; a recheck after a third of it. */
export const BEATING = {
  relistMs: 2_000,
  heartbeat: { intervalMs: 2_000, maxPerSecond: 10 },
};

/** Two probes that hang, and what a busy machine adds. */
export const FOUND_WITHIN_MS = 60_000;

/** The cluster answers nobody any more. */
export function spokeDies(name: string, fault: Fault): Step {
  return world => world.breakSpoke(name, fault);
}

/** The way to the cluster is bad, and yet somebody is answered. */
export function spokeSuffers(name: string, fault: Fault): Step {
  return world => world.hub.control(`/spokes/${name}/break`, fault);
}

export function spokeHeals(name: string): Step {
  return world => world.healSpoke(name);
}

/** Argo CD itself still says that all is well there. */
export function hubStillPraises(name: string): Step {
  return async world => {
    const { items } = await world.hub.call('GET', '/api/v1/clusters');
    const cluster = items.find((one: any) => one.name === name);
    const application = await world.hub.application({ name: `agent-${name}` });
    const { health, sync } = application!.status!;
    expect([
      cluster.info.connectionState.status,
      sync?.status,
      health?.status,
    ]).toEqual(['Successful', 'Synced', 'Healthy']);
  };
}

export async function clusterIn(
  world: World,
  name: string,
): Promise<ClusterSummary | undefined> {
  const { clusters } = await world.green.shown();
  return clusters.find(one => one.name === name);
}

/** The verdict is, or becomes, this one. */
export function clusterIs(
  name: string,
  reachability: Reachability,
  options: { reason?: ReasonClass; withinMs?: number } = {},
): Step {
  const { reason, withinMs = FOUND_WITHIN_MS } = options;
  return async world => {
    let last: ClusterSummary['verdict'] | undefined;
    await until(async () => {
      last = (await clusterIn(world, name))?.verdict;
      return last?.reachability === reachability;
    }, withinMs).catch(() => {
      throw new Error(
        `${name} is not ${reachability} within ${withinMs} ms but ${JSON.stringify(
          last,
        )}`,
      );
    });
    if (reason) {
      expect(last?.reason).toBe(reason);
    }
  };
}

export function allClustersAre(
  reachability: Reachability,
  withinMs?: number,
): Step {
  return async world => {
    for (const { name } of (await world.green.shown()).clusters) {
      await clusterIs(name, reachability, { withinMs })(world);
    }
  };
}

/** Rows there are Unknown for this reason, and say what they were. */
export function rowsAreUnknown(cluster: string, reason: string): Step {
  return async world => {
    let seen: unknown;
    await until(async () => {
      const rows = await rowsOn(world, cluster);
      seen = rows.map(({ health, sync }) => ({ health, sync }));
      return (
        rows.length > 0 &&
        rows.every(
          ({ health, sync }) =>
            health.status === 'Unknown' &&
            health.reported === 'Healthy' &&
            health.reason === reason &&
            sync.status === 'Unknown' &&
            sync.reported === 'Synced' &&
            sync.reason === reason,
        )
      );
    }, FOUND_WITHIN_MS).catch(() => {
      throw new Error(`Not Unknown for ${reason}: ${JSON.stringify(seen)}`);
    });
  };
}

/** Healthy, and something of ours has seen the cluster answer. */
export function rowsAreGreen(cluster: string): Step {
  return async world => {
    let seen: unknown;
    await until(async () => {
      const rows = await rowsOn(world, cluster);
      seen = rows.map(({ health }) => health);
      return (
        rows.length > 0 &&
        rows.every(
          ({ health }) => health.status === 'Healthy' && !health.unverified,
        )
      );
    }, FOUND_WITHIN_MS).catch(() => {
      throw new Error(`${cluster} is not green: ${JSON.stringify(seen)}`);
    });
  };
}

async function rowsOn(world: World, cluster: string) {
  const { rows } = await world.green.shown();
  return rows.filter(
    ({ destination }) =>
      'cluster' in destination && destination.cluster === cluster,
  );
}

/**
 * Looks at every verdict until `done`, and refuses those that are `never` to be
 * seen.
 */
export function neverShown(never: Reachability[], done: Step): Step {
  return async world => {
    const seen = new Set<string>();
    let over = false;
    const looking = (async () => {
      while (!over) {
        for (const { name, verdict } of (await world.green.shown()).clusters) {
          if (never.includes(verdict.reachability)) {
            seen.add(`${name} ${JSON.stringify(verdict)}`);
          }
        }
        await world.wait(50);
      }
    })();
    try {
      await done(world);
    } finally {
      over = true;
      await looking;
    }
    expect([...seen]).toEqual([]);
  };
}

/** So many calls were made for every cluster, whatever the answers. */
export function everyClusterWasAsked(times: number): Step {
  return async world => {
    const path = /\/api\/v1\/applications\/([^/]+)\/(events|resource-tree)/;
    const from = world.proxy.requests.length;
    const clusterOf = new Map(
      (await world.store.applications.list({ limit: 1_000 })).flatMap(
        ({ name, cluster }) =>
          'name' in cluster ? [[name, cluster.name]] : [],
      ),
    );
    const clusters = new Set(clusterOf.values());
    await until(() => {
      const asked = new Map<string, number>();
      for (const request of world.proxy.requests.slice(from)) {
        const cluster = clusterOf.get(path.exec(request)?.[1] ?? '');
        asked.set(cluster ?? '', (asked.get(cluster ?? '') ?? 0) + 1);
      }
      return [...clusters].every(name => (asked.get(name) ?? 0) >= times);
    }, 40_000);
  };
}

/** Several steps as one. */
export function inTurn(...steps: Step[]): Step {
  return async world => {
    for (const step of steps) {
      await step(world);
    }
  };
}
