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

/** What roll-ups and skew are made of. */
export type BareRow = Pick<
  Deployment,
  | 'hub'
  | 'namespace'
  | 'name'
  | 'family'
  | 'destination'
  | 'environment'
  | 'sync'
  | 'health'
  | 'sources'
  | 'images'
>;

/** What an application is to be judged by. */
interface RowContext {
  hub: HubView;
  /** Absent where its destination resolves to none. */
  cluster: ClusterView | undefined;
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
  { estate, commits }: { estate: Estate; commits: Commits },
): Deployment[] {
  return inOrder(
    mapped.flatMap(item => deployment(item, { estate, commits }) ?? []),
    estate,
  );
}

/** The rows without what no roll-up looks at: that takes most of the time. */
export function bareRowsOf(
  applications: StoredApplication[],
  estate: Estate,
): BareRow[] {
  return inOrder(
    applications.flatMap(application => {
      const context = contextOf(application, estate);
      return context ? bareRow(application, context) : [];
    }),
    estate,
  );
}

/** The clusters that the rows name, each once. */
export function clustersOf(rows: BareRow[], estate: Estate): ClusterView[] {
  const views = rows.flatMap(row => {
    const name = clusterOf(row);
    return (name && estate.cluster(row.hub, name)) || [];
  });
  return [...new Set(views)];
}

function inOrder<T extends BareRow>(rows: T[], estate: Estate): T[] {
  return rows.sort(compareDeployments(estate.config.environments));
}

/** Undefined where the hub is not configured any more. */
function contextOf(
  { hub: name, cluster }: StoredApplication,
  estate: Estate,
): RowContext | undefined {
  const hub = estate.hub(name);
  return (
    hub && {
      hub,
      cluster:
        'name' in cluster ? estate.cluster(name, cluster.name) : undefined,
    }
  );
}

function bareRow(
  application: StoredApplication,
  { hub, cluster }: RowContext,
): BareRow {
  const state = shownState(application, {
    hub: hub.freshness,
    cluster: cluster?.state,
  });
  return {
    hub: application.hub,
    namespace: application.namespace,
    name: application.name,
    family: family(application),
    destination: destinationOf(application),
    environment: cluster?.summary.environment,
    ...state,
    sources: application.sources,
    images: application.images,
  };
}

function deployment(
  { application, mappedBy }: MappedApplication,
  { estate, commits }: { estate: Estate; commits: Commits },
): Deployment | undefined {
  const context = contextOf(application, estate);
  if (!context) {
    return undefined;
  }
  const row = bareRow(application, context);
  return defined({
    hub: row.hub,
    namespace: row.namespace,
    name: row.name,
    project: application.project,
    applicationSet: application.applicationSet,
    family: row.family,
    destination: row.destination,
    environment: row.environment,
    sync: row.sync,
    health: row.health,
    sources: row.sources.map(source => sourceOf(source, commits)),
    images: row.images,
    resources: application.resources,
    deployedAt: application.history.at(-1)?.deployedAt,
    operation: operationOf(application),
    conditions: application.conditions,
    autoSync: application.autoSync,
    links: linksOf(application, context.hub),
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
