import type { ApplicationKey, ApplicationStore } from './ApplicationStore';
import type {
  ApplicationSetKey,
  ApplicationSetStore,
} from './ApplicationSetStore';
import type { ChangeStore } from './ChangeStore';
import type { ClaimStore } from './ClaimStore';
import type { ClusterStore } from './ClusterStore';
import type { CommitStore } from './CommitStore';
import type { FleetStore } from './FleetStore';
import type { HubStore } from './HubStore';
import type { LeaseStore } from './LeaseStore';
import type { ProjectStore } from './ProjectStore';
import type { RevisionStore } from './Revisions';

/** What a batch really changed; given to listeners of the same process. */
export interface StoreChange {
  hub: string;
  applications: ApplicationKey[];
  /** Names of clusters whose facts changed in a way that people would see. */
  clusters: string[];
  /** Absent where none changed. */
  applicationSets?: ApplicationSetKey[];
  /** Names of projects; absent where none changed. */
  projects?: string[];
}

export interface Store {
  applications: ApplicationStore;
  fleet: FleetStore;
  clusters: ClusterStore;
  hubs: HubStore;
  applicationSets: ApplicationSetStore;
  projects: ProjectStore;
  changes: ChangeStore;
  commits: CommitStore;
  claims: ClaimStore;
  leases: LeaseStore;
  revisions: RevisionStore;
  /** A random value, made once per installation, from which opaque keys are derived. */
  secret(name: string): Promise<string>;
}
