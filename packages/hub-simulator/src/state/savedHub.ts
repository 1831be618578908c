import type { AccountSecrets } from '../hub/Accounts';
import type { Commit } from '../repository/Repository';
import type { ApplicationSet } from '../types/applicationset';
import type { Application, AppProject, ClusterSecret } from '../types/argocd';
import type { HubState } from './HubState';

/** The Kubernetes objects of a hub and its repositories; Redis is not kept. */
export interface SavedHub {
  applications: Application[];
  applicationSets: ApplicationSet[];
  projects: AppProject[];
  clusters: ClusterSecret[];
  formerClusters?: ClusterSecret[];
  accounts?: AccountSecrets;
  commits: Record<string, Commit[]>;
}

export function saveHub(state: HubState): SavedHub {
  return {
    applications: state.applications.list(),
    applicationSets: state.applicationSets.list(),
    projects: state.projects.list(),
    clusters: state.clusters.list(),
    formerClusters: state.formerClusters.list(),
    commits: Object.fromEntries(
      [...state.repositories].map(([url, { commits }]) => [url, [...commits]]),
    ),
  };
}

export function loadHub(state: HubState, saved: SavedHub): void {
  state.applications.restore(saved.applications);
  state.applicationSets.restore(saved.applicationSets);
  state.projects.restore(saved.projects);
  state.clusters.restore(saved.clusters);
  state.formerClusters.restore(saved.formerClusters ?? []);
  for (const [url, commits] of Object.entries(saved.commits)) {
    state.repositories.get(url)?.restore(commits);
  }
}
