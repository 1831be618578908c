import type { Clock } from '../clock';
import { Cost } from '../hub/Cost';
import { ListBodies } from '../hub/ListBodies';
import { Rbac } from '../hub/Rbac';
import { Shards } from '../controllers/Shards';
import { Random } from '../random';
import type { Account } from '../hub/Sessions';
import type { Commit, Repository } from '../repository/Repository';
import type { ApplicationSet } from '../types/applicationset';
import type {
  Application,
  AppProject,
  ClusterSecret,
  Destination,
} from '../types/argocd';
import type { Entry } from './Entry';
import { type ApplicationFacts, applicationFacts } from './applicationFacts';
import { AppEvents } from './AppEvents';
import { ArgoVersion } from './ArgoVersion';
import { defaultSettings, type HubSettings } from './HubSettings';
import { withManagers } from './managedFields';
import { ObjectStore } from './ObjectStore';
import { isDestinationMatched } from './projectGate';
import { Redis } from './Redis';
import { Revisions } from './Revisions';
import { IN_CLUSTER, trimServer } from './names';

/** `ARGOCD_GRPC_MAX_SIZE_MB` */
export const GRPC_MAX_BYTES = 200 * 1024 * 1024;

/** Everything a hub knows: its Kubernetes objects and its Redis. */
export class HubState {
  readonly clock: Clock;
  readonly revisions = new Revisions();
  readonly applications: ObjectStore<Application, ApplicationFacts>;
  readonly applicationSets: ObjectStore<ApplicationSet>;
  readonly projects: ObjectStore<AppProject>;
  readonly clusters: ObjectStore<ClusterSecret>;
  /** Secrets that were clusters: without the label, but with credentials */
  readonly formerClusters: ObjectStore<ClusterSecret>;
  readonly redis: Redis;
  readonly random: Random;
  /** the application controllers, dead or alive */
  shards = new Shards();
  readonly repositories = new Map<string, Repository>();
  /** the commits of a fleet on paper, which has revisions but no repositories */
  paperCommit?: (revision: string) => Commit;
  version = ArgoVersion.of();
  settings: HubSettings = defaultSettings();
  accounts: Account[] = [];
  rbac = new Rbac('');
  /** what an answer of argocd-server may measure, in bytes of protobuf */
  readonly limits = { grpcMaxBytes: GRPC_MAX_BYTES };
  /** `application.namespaces`: globs, or regular expressions between slashes */
  applicationNamespaces: string[] = [];
  /** `application.sync.requireOverridePrivilegeForRevisionSync` */
  requireOverrideForRevisionSync = false;
  /** what answering costs; nothing unless its mode says so */
  readonly cost: Cost;
  /** what Argo CD told Kubernetes about its applications */
  readonly events: AppEvents;
  readonly listBodies: ListBodies;
  /** Base of the links into Argo CD's own user interface. */
  url = '';
  installationId = '';

  constructor(clock: Clock, options: { packed?: boolean; seed?: number } = {}) {
    this.clock = clock;
    this.random = new Random(options.seed);
    this.redis = new Redis(clock);
    const common = {
      revisions: this.revisions,
      timestamp: () => clock.timestamp(),
    };
    this.applications = new ObjectStore({
      ...common,
      packed: options.packed,
      complete: app => withManagers(app, clock.timestamp()),
      facts: applicationFacts,
      indexes: {
        destination: ({ spec }) => [destinationKey(spec.destination)],
        repository: ({ spec }) => repositoriesOf(spec),
        owner: ({ metadata }) =>
          metadata.ownerReferences?.map(({ uid }) => uid) ?? [],
      },
    });
    const { applications, revisions } = this;
    this.cost = new Cost(clock);
    this.events = new AppEvents({ applications, clock, revisions });
    this.listBodies = new ListBodies(applications);
    this.applicationSets = new ObjectStore(common);
    this.projects = new ObjectStore(common);
    this.formerClusters = new ObjectStore(common);
    this.clusters = new ObjectStore({
      ...common,
      indexes: {
        server: ({ data }) => [trimServer(data.server)],
        name: ({ data }) => [data.name],
      },
    });
  }

  /** The Secret of a server, with or without a trailing slash. */
  clusterByServer(server: string): ClusterSecret | undefined {
    const [found] = this.clusters.indexed('server', trimServer(server));
    return found?.object;
  }

  clustersByName(name: string): ClusterSecret[] {
    return this.clusters.indexed('name', name).map(({ object }) => object);
  }

  /** The server of a destination; throws Argo CD's sentence when there is none. */
  resolve(destination: Destination): string {
    const { server, name } = destination;
    if (server && name) {
      throw new Error(
        `application destination can't have both name and server defined: ${name} ${server}`,
      );
    }
    if (!server && !name) {
      throw new Error('Destination server missing from app spec');
    }
    if (server) {
      if (trimServer(server) === IN_CLUSTER) {
        if (this.settings.inClusterEnabled) return IN_CLUSTER;
        throw noCluster(server, `"${IN_CLUSTER}" is disabled`);
      }
      if (!this.clusterByServer(server)) {
        throw noCluster(server, `"${server}" not found`);
      }
      return trimServer(server);
    }
    const named = this.clustersByName(name ?? '');
    if (named.length > 1) {
      throw new Error(
        `there are ${named.length} clusters with the same name: [${named
          .map(({ data }) => data.server)
          .join(' ')}]`,
      );
    }
    if (named.length) return trimServer(named[0].data.server);
    if (name === 'in-cluster' && this.settings.inClusterEnabled) {
      return IN_CLUSTER;
    }
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

  /** The applications whose destination resolves to a server. */
  applicationsOn(server: string): Entry<Application, ApplicationFacts>[] {
    return this.#destinationsOf(server).flatMap(key =>
      this.applications.indexed('destination', key),
    );
  }

  /** How many applications go to a server. */
  countApplications(server: string): number {
    return this.#destinationsOf(server).reduce(
      (sum, key) => sum + this.applications.countIndexed('destination', key),
      0,
    );
  }

  /** Why a project does not allow a destination, undefined when it does. */
  refuseDestination(
    project: AppProject,
    destination: Destination,
  ): string | undefined {
    const { namespace = '' } = destination;
    const server = this.tryResolve(destination) ?? '';
    const cluster = this.clusterByServer(server);
    const fallback = server === IN_CLUSTER ? 'in-cluster' : '';
    const name = cluster?.data.name ?? destination.name ?? fallback;
    const scoped = cluster?.data.project === project.metadata.name;
    const isAllowed =
      isDestinationMatched(project, { server, name, namespace }) &&
      (scoped || !project.spec.permitOnlyProjectScopedClusters);
    if (isAllowed) return undefined;
    const told = destination.name ? name : server;
    return `application destination server '${told}' and namespace '${namespace}' do not match any of the allowed destinations in project '${project.metadata.name}'`;
  }

  /** The ways in which a destination can mean a server now. */
  #destinationsOf(server: string): string[] {
    const wanted = trimServer(server);
    const names = this.clusters
      .indexed('server', wanted)
      .map(({ object }) => object.data.name);
    if (wanted === IN_CLUSTER) names.push('in-cluster');
    return [{ server: wanted }, ...[...new Set(names)].map(name => ({ name }))]
      .filter(destination => this.tryResolve(destination) === wanted)
      .map(destinationKey);
  }
}

function destinationKey({ server, name }: Destination): string {
  if (server && name) return 'both';
  return server ? `server ${trimServer(server)}` : `name ${name}`;
}

function repositoriesOf({ source, sources }: Application['spec']): string[] {
  const all = sources?.length ? sources : [source];
  return [...new Set(all.flatMap(each => each?.repoURL ?? []))];
}

/** The wrapped gRPC status of Argo CD's database, as Go prints it. */
function noCluster(server: string, reason: string): Error {
  return new Error(
    `error getting cluster by server "${server}": rpc error: code = NotFound desc = cluster ${reason}`,
  );
}
