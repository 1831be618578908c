import { IN_CLUSTER_SERVER } from 'backstage-plugin-argocd-hub-common';
import type { ApplicationRecord, StoredApplication } from '../ApplicationStore';

type Destination = Pick<ApplicationRecord['destination'], 'name' | 'server'>;

/** What an application may call a cluster by. */
export interface ClusterAddress {
  name: string;
  registeredName: string;
  server: string;
  /** The agent that stands for it, where it has one. */
  agent?: string | null;
  /** What changes there are filed under. */
  changesKey: string;
}

/** As columns: one of them is null. */
export interface Resolved {
  cluster: string | null;
  problem: 'no-such-cluster' | 'ambiguous-cluster' | 'invalid' | null;
}

// The hub's own cluster answers to these also where it is not registered under that name.
const IN_CLUSTER_NAME = 'in-cluster';

/** Finds the cluster of a destination within one hub, as Argo CD does. */
export class DestinationResolver {
  readonly #byName = new Map<string, string[]>();
  readonly #byServer = new Map<string, string[]>();
  readonly #byAgent = new Map<string, string[]>();
  readonly #changesKeys = new Map<string, string>();

  constructor(clusters: ClusterAddress[]) {
    for (const { name, registeredName, server, agent, ...rest } of clusters) {
      this.#changesKeys.set(name, rest.changesKey);
      add(this.#byName, registeredName, name);
      add(this.#byServer, trimmed(server), name);
      if (agent) {
        add(this.#byAgent, agent, name);
      }
    }
  }

  /**
   * @param namespace - of the application: an agent takes those in the namespace
   *   that is called as it is, and what they call their own cluster is its one
   */
  resolve({ name, server }: Destination, namespace: string): Resolved {
    if (Boolean(name) === Boolean(server)) {
      return { cluster: null, problem: 'invalid' };
    }
    const ofAgent = mayBeOwn({ name, server })
      ? this.#byAgent.get(namespace)
      : undefined;
    const found =
      ofAgent ??
      (name ? this.#named(name) : this.#byServer.get(trimmed(server!)));
    if (!found) {
      return { cluster: null, problem: 'no-such-cluster' };
    }
    return found.length > 1
      ? { cluster: null, problem: 'ambiguous-cluster' }
      : { cluster: found[0], problem: null };
  }

  /** What changes on a cluster are filed under; null for none. */
  changesKeyOf(cluster: string | null): string | null {
    return cluster === null ? null : this.#changesKeys.get(cluster) ?? null;
  }

  #named(name: string): string[] | undefined {
    const found = this.#byName.get(name);
    return !found && name === IN_CLUSTER_NAME
      ? this.#byServer.get(IN_CLUSTER_SERVER)
      : found;
  }
}

/** Whether a destination is the cluster that its reader runs in: of the hub, or of an agent. */
export function mayBeOwn(destination: {
  name?: string | null;
  server?: string | null;
}): boolean {
  const { name, server } = destination;
  return name === IN_CLUSTER_NAME || server === IN_CLUSTER_SERVER;
}

/** The stored columns as readers see them. */
export function storedCluster(
  resolved: Resolved,
  destination: Destination,
): StoredApplication['cluster'] {
  if (resolved.cluster !== null) {
    return { name: resolved.cluster };
  }
  return {
    problem: resolved.problem ?? 'no-such-cluster',
    given: [destination.name, destination.server].filter(Boolean).join(' '),
  };
}

function trimmed(server: string): string {
  return server.replace(/\/+$/, '');
}

function add(map: Map<string, string[]>, key: string, value: string) {
  map.set(key, [...(map.get(key) ?? []), value]);
}
