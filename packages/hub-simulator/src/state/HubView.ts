import type { ApplicationSet } from '../types/applicationset';
import type { Application, AppProject, ClusterSecret } from '../types/argocd';
import type { ApplicationFacts } from './applicationFacts';
import type { HubState } from './HubState';
import { Informer } from './Informer';
import type { Reader } from './Reader';

/** The hub's objects as one replica of argocd-server sees them: its informers' copies. */
export interface HubView {
  applications: Reader<Application, ApplicationFacts>;
  applicationSets: Reader<ApplicationSet>;
  projects: Reader<AppProject>;
  clusters: Reader<ClusterSecret>;
}

/** The informers of one replica. */
export class InformerView implements HubView {
  readonly applications: Informer<Application, ApplicationFacts>;
  readonly applicationSets: Informer<ApplicationSet, unknown>;
  readonly projects: Informer<AppProject, unknown>;
  readonly clusters: Informer<ClusterSecret, unknown>;

  /** @param lagMs - how far they are behind, in simulated milliseconds */
  constructor(state: HubState, lagMs: number) {
    const common = { clock: state.clock, lagMs };
    this.applications = new Informer({ store: state.applications, ...common });
    this.applicationSets = new Informer({
      store: state.applicationSets,
      ...common,
    });
    this.projects = new Informer({ store: state.projects, ...common });
    this.clusters = new Informer({ store: state.clusters, ...common });
  }

  /** Follows no longer, as when the replica ends. */
  stop(): void {
    this.applications.stop();
    this.applicationSets.stop();
    this.projects.stop();
    this.clusters.stop();
  }
}
