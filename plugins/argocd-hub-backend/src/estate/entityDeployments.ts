import {
  clusterOf,
  compareDeployments,
  type Deployment,
  ENTITY_ANNOTATIONS,
  type EntityDeployments,
  type HubStatus,
  type MappingRule,
  type RefusedRule,
  type Rollup,
} from 'backstage-plugin-argocd-hub-common';
import { z } from 'zod';
import { namesEntity } from '../mapping/claimsOf';
import type { EntityClaims } from '../store/ClaimStore';
import type { ClusterName } from '../store/ClusterStore';
import type { StoredApplication } from '../store/ApplicationStore';
import { commitKey, type CommitName } from '../store/CommitStore';
import { decodeCursor, encodeCursor, MAX_PAGE } from '../paging';
import { clustersOf, commitsOf, rowsOf } from './deployments';
import { clustersNamedBy, entityRows, mappedOf } from './entityRows';
import type { ClusterView, Estate } from './Estate';
import { namedHubs, unknownHubs } from './hubsInScope';
import { versionOf } from './version';

/** Where a page ended: what its last row is sorted by. */
const position = z.strictObject({
  hub: z.string(),
  namespace: z.string(),
  name: z.string(),
  environment: z.string().optional(),
  cluster: z.string().optional(),
});

/** Parts of an answer that move without saying anything new. */
type Moving = Pick<EntityDeployments, 'clusters' | 'hubs' | 'observedAt'>;

/** The answer for one entity, apart from what moves by itself. */
export interface AnswerParts {
  version: string;
  /** The beginning of the answer's JSON; `tailOf` is the rest. */
  head: string;
  /** As it is in `head`. */
  rollup: Rollup;
  /** Clusters of its rows, in the order of the answer. */
  clusters: ClusterName[];
  /** Names of the hubs in scope. */
  hubs: string[];
  /** All that decided about its rows, also beyond this page. */
  dependsOn: ClusterName[];
  /** All of the entity, also beyond this page. */
  applications: StoredApplication[];
  /** Commits that are not fetched yet. */
  missing: CommitName[];
}

/** What the index holds for one entity, as it is to be believed now. */
export async function entityDeployments(options: {
  claims: EntityClaims;
  /** All that the claims select. */
  applications: StoredApplication[];
  changeKey: string;
  estate: Estate;
  cursor?: string;
}): Promise<AnswerParts> {
  const { claims, applications, changeKey, estate } = options;
  const after = decodeCursor('entity-deployments', position, options.cursor);
  const mapped = mappedOf(applications, claims, estate);
  const wanted = commitsOf(mapped);
  const commits = await estate.commits.get(wanted);
  const { rows, hubs, rollup } = entityRows(
    rowsOf(mapped, { estate, commits }),
    { claims, estate },
  );
  const page = pageAfter(rows, after, estate);
  const clusters = clustersOf(page.rows, estate);
  const body: Omit<EntityDeployments, 'version' | keyof Moving> = {
    entityRef: claims.entityRef,
    changeKey,
    rules: rulesOf(claims, rows, estate),
    ...refusedOf(claims, estate),
    rollup,
    deployments: page.rows,
    ...(page.nextCursor && { nextCursor: page.nextCursor }),
  };
  const json = JSON.stringify(body);
  const version = versionOf(
    json,
    ...fingerprintsOf(hubs),
    ...fingerprintsOf(clusters),
  );
  const members = mapped.map(({ application }) => application);
  return {
    version,
    head: `{"version":"${version}",${json.slice(1, -1)}`,
    rollup,
    clusters: clusters.map(nameOf),
    hubs: hubs.map(({ config }) => config.name),
    dependsOn: clustersNamedBy(members),
    applications: members,
    missing: wanted.filter(
      ({ repoUrl, revision }) => !commits.has(commitKey(repoUrl, revision)),
    ),
  };
}

/** The end of the JSON, with the newest times of clusters and hubs. */
export function tailOf(
  { clusters, hubs }: Pick<AnswerParts, 'clusters' | 'hubs'>,
  estate: Estate,
): string {
  const summaries = clusters.flatMap(
    ({ hub, name }) => estate.cluster(hub, name)?.json ?? [],
  );
  const statuses = hubs.flatMap(name => estate.hub(name)?.status ?? []);
  const times: Pick<Moving, 'hubs' | 'observedAt'> = {
    hubs: statuses,
    ...oldestContact(statuses),
  };
  return `,"clusters":[${summaries}],${JSON.stringify(times).slice(1)}`;
}

function fingerprintsOf(views: { fingerprint: string }[]): string[] {
  return views.map(({ fingerprint }) => fingerprint);
}

function nameOf({ record: { hub, name } }: ClusterView): ClusterName {
  return { hub, name };
}

/** That applications may name the entity is true of all; it is told only where one does. */
function rulesOf(
  { claims }: EntityClaims,
  rows: Deployment[],
  estate: Estate,
): MappingRule[] {
  const inUse = new Set(
    rows.flatMap(({ mappedBy }) => mappedBy.map(({ key }) => key)),
  );
  const rules = new Map(claims.map(({ rule }) => [rule.key, rule]));
  return [...rules.values()].filter(
    rule => inUse.has(rule.key) || !namesEntity(rule, estate.config.mapping),
  );
}

/** Absent where nothing is refused. */
export function refusedOf(
  claims: EntityClaims,
  estate: Pick<Estate, 'hub'>,
): Pick<EntityDeployments, 'refused'> {
  const refused: RefusedRule[] = claims.refused.map(
    ({ rule: { key, value }, refusal }) => ({ key, value, refusal }),
  );
  const unknown = unknownHubs(claims, estate);
  if (unknown.length > 0) {
    refused.push({
      key: ENTITY_ANNOTATIONS.instanceName,
      value: namedHubs(claims.claims).join(),
      refusal: { code: 'unknown-hubs', hubs: unknown },
    });
  }
  return refused.length > 0 ? { refused } : {};
}

function pageAfter(
  rows: Deployment[],
  after: z.infer<typeof position> | undefined,
  estate: Estate,
): { rows: Deployment[]; nextCursor?: string } {
  const compare = compareDeployments(estate.config.environments);
  const rest = after
    ? rows.filter(row => compare(row, sortable(after)) > 0)
    : rows;
  if (rest.length <= MAX_PAGE) {
    return { rows: rest };
  }
  const page = rest.slice(0, MAX_PAGE);
  const { hub, namespace, name, environment } = page[MAX_PAGE - 1];
  const cluster = clusterOf(page[MAX_PAGE - 1]);
  return {
    rows: page,
    nextCursor: encodeCursor('entity-deployments', {
      hub,
      namespace,
      name,
      environment,
      cluster,
    }),
  };
}

function sortable({ cluster, ...rest }: z.infer<typeof position>) {
  const destination =
    cluster === undefined
      ? { namespace: '', problem: 'invalid' as const, given: '' }
      : { namespace: '', cluster };
  return { ...rest, destination };
}

function oldestContact(hubs: HubStatus[]): { observedAt?: string } {
  const times = hubs.flatMap(({ observedAt }) => observedAt ?? []).sort();
  return times.length > 0 ? { observedAt: times[0] } : {};
}
