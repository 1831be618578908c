import {
  applicationUrl,
  clusterOf,
  compareDeployments,
  type Deployment,
  family,
  type MappingRule,
  safeExternalUrls,
  type Source,
} from 'backstage-plugin-argocd-hub-common';
import { shownState } from 'backstage-plugin-argocd-hub-common/status';
import type {
  ApplicationRecord,
  StoredApplication,
} from '../store/ApplicationStore';
import {
  commitKey,
  type CommitName,
  fetchedCommit,
} from '../store/CommitStore';
import { defined } from './clusterSummary';
import type { ClusterView, Estate, HubView } from './Estate';

/** An application, and why it belongs to what was asked for. */
export interface MappedApplication {
  application: StoredApplication;
  mappedBy: MappingRule[];
}

/** By `commitKey`. */
export type Commits = Awaited<ReturnType<Estate['commits']['get']>>;

/**
 * Rows as they are shown, in their order. Applications of hubs that are not
 * configured any more are left out.
 */
export async function deploymentsOf(
  mapped: MappedApplication[],
  estate: Estate,
): Promise<Deployment[]> {
  const commits = await estate.commits.get(commitsOf(mapped));
  return rowsOf(mapped, { estate, commits });
}

/** The same with the commits that are known. */
export function rowsOf(
  mapped: MappedApplication[],
  context: { estate: Estate; commits: Commits },
): Deployment[] {
  const { estate } = context;
  return mapped
    .flatMap(item => deployment(item, context) ?? [])
    .sort(compareDeployments(estate.config.environments));
}

/** The clusters that the rows name, each once. */
export function clustersOf(rows: Deployment[], estate: Estate): ClusterView[] {
  const views = rows.flatMap(row => {
    const name = clusterOf(row);
    return (name && estate.cluster(row.hub, name)) || [];
  });
  return [...new Set(views)];
}

function deployment(
  { application, mappedBy }: MappedApplication,
  context: { estate: Estate; commits: Commits },
): Deployment | undefined {
  const { estate, commits } = context;
  const hub = estate.hub(application.hub);
  if (!hub) {
    return undefined;
  }
  const cluster =
    'name' in application.cluster
      ? estate.cluster(application.hub, application.cluster.name)
      : undefined;
  const state = shownState(application, {
    hub: hub.freshness,
    cluster: cluster?.state,
  });
  return defined({
    hub: application.hub,
    namespace: application.namespace,
    name: application.name,
    project: application.project,
    applicationSet: application.applicationSet,
    family: family(application),
    destination: destinationOf(application),
    environment: cluster?.summary.environment,
    ...state,
    sources: application.sources.map(source => sourceOf(source, commits)),
    images: application.images,
    resources: application.resources,
    deployedAt: application.history.at(-1)?.deployedAt,
    operation: operationOf(application),
    conditions: application.conditions,
    autoSync: application.autoSync,
    links: linksOf(application, hub),
    mappedBy,
  });
}

/** Its revision is for the history. */
function operationOf({
  operation,
}: ApplicationRecord): Deployment['operation'] {
  if (!operation) {
    return undefined;
  }
  const { revision, ...shown } = operation;
  return shown;
}

function destinationOf({
  destination,
  cluster,
}: StoredApplication): Deployment['destination'] {
  const { namespace } = destination;
  return 'name' in cluster
    ? { namespace, cluster: cluster.name }
    : { namespace, problem: cluster.problem, given: cluster.given };
}

function linksOf(
  application: ApplicationRecord,
  hub: HubView,
): Deployment['links'] {
  return {
    argocd: applicationUrl(hub.config.uiUrl, application),
    external: safeExternalUrls(application.externalUrls),
  };
}

function sourceOf(
  source: ApplicationRecord['sources'][number],
  commits: Commits,
): Source {
  const commit = source.revision
    ? commits.get(commitKey(source.repoUrl, source.revision))
    : undefined;
  return {
    ...source,
    ...(commit && { commit }),
  };
}

/** What the rows were deployed from, each once, as far as it is ever known. */
export function commitsOf(mapped: MappedApplication[]): CommitName[] {
  const wanted = new Map<string, CommitName>();
  for (const { application } of mapped) {
    const commit = fetchedCommit(application.sources);
    if (commit) {
      wanted.set(commitKey(commit.repoUrl, commit.revision), commit);
    }
  }
  return [...wanted.values()];
}
