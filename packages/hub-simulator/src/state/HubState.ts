import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import { glob, Rbac } from '../hub/Rbac';
import type { Account } from '../hub/Sessions';
import type { Repository } from '../repository/Repository';
import type {
  Application,
  ApplicationSet,
  ApplicationTree,
  AppProject,
  ClusterInfo,
  ClusterSecret,
  Destination,
} from '../types/argocd';
import { ObjectStore, Revisions } from './ObjectStore';

/** Where Argo CD itself and, by default, its objects live. */
export const CONTROL_PLANE = 'argocd';
export const IN_CLUSTER = 'https://kubernetes.default.svc';

/** Everything a hub knows: its Kubernetes objects and its Redis. */
export class HubState {
  readonly clock: Clock;
  readonly revisions = new Revisions();
  readonly applications: ObjectStore<Application>;
  readonly applicationSets: ObjectStore<ApplicationSet>;
  readonly projects: ObjectStore<AppProject>;
  readonly clusters: ObjectStore<ClusterSecret>;
  /** Redis: resource trees by `namespace/name` of the application. */
  readonly trees = new Map<string, ApplicationTree>();
  /** Redis: what the controller says of a cluster, by server URL. */
  readonly clusterInfo = new Map<string, ClusterInfo>();
  readonly repositories = new Map<string, Repository>();
  accounts: Account[] = [];
  rbac = new Rbac('');
  /** Base of the links into Argo CD's own user interface. */
  url = '';
  installationId = '';

  constructor(clock: Clock) {
    this.clock = clock;
    const options = {
      revisions: this.revisions,
      timestamp: () => clock.timestamp(),
    };
    this.applications = new ObjectStore<Application>(options);
    this.applicationSets = new ObjectStore<ApplicationSet>(options);
    this.projects = new ObjectStore<AppProject>(options);
    this.clusters = new ObjectStore<ClusterSecret>(options);
  }

  /** The Secret of a server, with or without a trailing slash. */
  clusterByServer(server: string): ClusterSecret | undefined {
    const wanted = trim(server);
    return this.clusters
      .list()
      .find(({ data }) => trim(data.server) === wanted);
  }

  clustersByName(name: string): ClusterSecret[] {
    return this.clusters.list().filter(({ data }) => data.name === name);
  }

  /** The server of a destination; throws Argo CD's sentence when there is none. */
  resolve(destination: Destination): string {
    const { server, name } = destination;
    if (server && name) {
      throw new Error(
        `application destination can't have both name and server defined: ${name} ${server}`,
      );
    }
    if (server) {
      if (trim(server) === IN_CLUSTER) return IN_CLUSTER;
      if (!this.clusterByServer(server)) {
        throw new Error(
          `error getting cluster by server "${server}": cluster "${server}" not found`,
        );
      }
      return trim(server);
    }
    const named = this.clustersByName(name ?? '');
    if (named.length > 1) {
      throw new Error(
        `there are ${named.length} clusters with the same name: [${named
          .map(({ data }) => data.server)
          .join(' ')}]`,
      );
    }
    if (named.length) return trim(named[0].data.server);
    if (name === 'in-cluster') return IN_CLUSTER;
    throw new Error(`there are no clusters with this name: ${name}`);
  }

  /** The server of a destination, or undefined. */
  tryResolve(destination: Destination): string | undefined {
    try {
      return this.resolve(destination);
    } catch {
      return undefined;
    }
  }

  /** How many applications go to a server. */
  countApplications(server: string): number {
    const wanted = trim(server);
    return this.applications
      .list()
      .filter(app => this.tryResolve(app.spec.destination) === wanted).length;
  }

  /** Why a project does not allow a destination, undefined when it does. */
  refuseDestination(
    project: AppProject,
    destination: Destination,
  ): string | undefined {
    const server = this.tryResolve(destination) ?? '';
    const name = this.clusterByServer(server)?.data.name ?? destination.name;
    const allowed = project.spec.destinations?.some(
      each =>
        matches(each.namespace, destination.namespace) &&
        (matches(each.server, server) || matches(each.name, name)),
    );
    if (allowed) return undefined;
    return `application destination server '${server}' and namespace '${destination.namespace}' do not match any of the allowed destinations in project '${project.metadata.name}'`;
  }
}

/** The name Argo CD gives the Secret of a server. */
export function clusterSecretName(server: string): string {
  const { hostname } = new URL(server);
  const host = hostname.toLowerCase().replace(/[[\]]/g, '').replace(/:/g, '-');
  return `cluster-${host}-${fnv1a(server)}`;
}

/** A stable uid for something that has none of its own. */
export function stableUid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [8, 4, 4, 4, 12]
    .reduce<[string[], number]>(
      ([parts, at], length) => [
        [...parts, hex.slice(at, at + length)],
        at + length,
      ],
      [[], 0],
    )[0]
    .join('-');
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

function matches(pattern: string | undefined, value = ''): boolean {
  return pattern !== undefined && glob(pattern).test(value);
}

function trim(server: string): string {
  return server.replace(/\/$/, '');
}
