import type { HubState } from '../../state/HubState';
import type { HubView } from '../../state/HubView';
import {
  clusterSecretName,
  CONTROL_PLANE,
  IN_CLUSTER,
} from '../../state/names';
import type { ClusterSecret } from '../../types/argocd';
import { ApiError, Code, invalidArgument } from '../errors';
import {
  type Cluster,
  implicitCluster,
  MANAGED_BY,
  MANAGER,
  readSecret,
  trimSlashes,
  writeSecret,
} from './Cluster';
import { checkSecret } from './checkSecret';

/**
 * The clusters of a hub as one replica of argocd-server knows them: it reads its
 * own copy of the Secrets, which may be behind, and writes to Kubernetes itself.
 */
export class ClusterStore {
  readonly #state: HubState;
  readonly #view: HubView;

  constructor({ state, view }: { state: HubState; view: HubView }) {
    this.#state = state;
    this.#view = view;
  }

  /** Every cluster in no order, but for the implicit in-cluster entry at the end. */
  list(): Cluster[] {
    const { inClusterEnabled } = this.#state.settings;
    const known = this.#state.random
      .shuffle(this.#view.clusters.list())
      .map(readSecret)
      .filter(({ server }) => inClusterEnabled || server !== IN_CLUSTER);
    const isThere = known.some(({ server }) => server === IN_CLUSTER);
    if (!inClusterEnabled || isThere) return known;
    return [...known, implicitCluster()];
  }

  /** The cluster of a server; throws 404. */
  get(server: string): Cluster {
    const { inClusterEnabled } = this.#state.settings;
    if (server === IN_CLUSTER && !inClusterEnabled) {
      throw new ApiError(Code.NotFound, `cluster "${server}" is disabled`);
    }
    const secret = this.#secretOf(server);
    if (secret) return readSecret(secret);
    if (server === IN_CLUSTER) return implicitCluster();
    throw notFound(server);
  }

  /** The servers of all clusters with a name. */
  serversNamed(name: string): string[] {
    const { inClusterEnabled } = this.#state.settings;
    const servers = this.#view.clusters
      .list()
      .filter(({ data }) => data.name === name)
      .map(({ data }) => trimSlashes(data.server))
      .filter(server => inClusterEnabled || server !== IN_CLUSTER);
    const isImplicit = name === 'in-cluster' && inClusterEnabled;
    return !servers.length && isImplicit ? [IN_CLUSTER] : servers;
  }

  /** Throws 409 when there is a Secret of that name, whatever is in it. */
  create(cluster: Cluster): Cluster {
    const { server } = cluster;
    const { settings, clusters, formerClusters } = this.#state;
    if (server === IN_CLUSTER && !settings.inClusterEnabled) {
      throw invalidArgument(
        'cannot register cluster: in-cluster has been disabled',
      );
    }
    const name = secretName(server);
    const secret = writeSecret(cluster, { metadata: { name } });
    const isTaken = [clusters, formerClusters].some(store =>
      store.get(name, CONTROL_PLANE),
    );
    if (isTaken) {
      throw new ApiError(
        Code.AlreadyExists,
        `cluster "${server}" already exists`,
      );
    }
    checkSecret(secret);
    return readSecret(clusters.create(secret));
  }

  /**
   * Writes a whole cluster over the Secret of its server, or into a new one. The
   * newest version of the Secret is replaced, so nothing ever conflicts: what
   * the copy did not know is lost.
   */
  update(cluster: Cluster): Cluster {
    const known = this.#secretOf(cluster.server);
    if (!known) return this.create(cluster);
    const { clusters, formerClusters } = this.#state;
    const { name } = known.metadata;
    const live = clusters.get(name, CONTROL_PLANE);
    checkSecret(writeSecret(cluster, known));
    if (live) return readSecret(clusters.replace(writeSecret(cluster, live)));
    // Somebody took its label, which this brings back.
    const former = formerClusters.delete(name, CONTROL_PLANE);
    if (!former) return this.create(cluster);
    return readSecret(clusters.create(writeSecret(cluster, former)));
  }

  /**
   * Removes the Secret of a server when Argo CD manages it; any other only loses
   * its label, and keeps its credentials. Throws 404.
   */
  delete(server: string): void {
    const { clusters, formerClusters } = this.#state;
    const { name } = this.#secretOf(server)?.metadata ?? {};
    const live = name && clusters.delete(name, CONTROL_PLANE);
    if (!live) throw notFound(server);
    if (live.metadata.annotations?.[MANAGED_BY] === MANAGER) return;
    formerClusters.create(live);
  }

  #secretOf(server: string): ClusterSecret | undefined {
    const wanted = trimSlashes(server);
    return this.#view.clusters
      .list()
      .find(({ data }) => trimSlashes(data.server) === wanted);
  }
}

function secretName(server: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(server);
  if (!isUrl || !URL.canParse(server)) {
    throw new ApiError(
      Code.Unknown,
      `parse ${JSON.stringify(server)}: ${
        server ? 'invalid URI for request' : 'empty url'
      }`,
    );
  }
  return clusterSecretName(server);
}

function notFound(server: string): ApiError {
  return new ApiError(Code.NotFound, `cluster "${server}" not found`);
}
