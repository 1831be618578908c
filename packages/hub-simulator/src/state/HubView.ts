import type { Clock } from '../clock';
import type {
  Application,
  ApplicationSet,
  AppProject,
  ClusterSecret,
} from '../types/argocd';
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

/** A view that is `lagMs` simulated milliseconds behind. Without lag it is the state itself. */
export function viewOf(state: HubState, clock: Clock, lagMs: number): HubView {
  if (!lagMs) return state;
  return {
    applications: new Informer({ store: state.applications, clock, lagMs }),
    applicationSets: new Informer({
      store: state.applicationSets,
      clock,
      lagMs,
    }),
    projects: new Informer({ store: state.projects, clock, lagMs }),
    clusters: new Informer({ store: state.clusters, clock, lagMs }),
  };
}
