import {
  clusterOf,
  compareDeployments,
  type Deployment,
  type EntityDeployments,
  type HubStatus,
  type MappingRule,
  rollup,
  skew,
} from 'backstage-plugin-argocd-hub-common';
import { z } from 'zod';
import { mayClaim, namesEntity } from '../mapping/claimsOf';
import { selects } from '../mapping/ClaimIndex';
import type { EntityClaims } from '../store/ClaimStore';
import type { Store, StoredApplication } from '../store/types';
import { decodeCursor, encodeCursor } from '../routers/paging';
import { MAX_PAGE } from '../routers/validation';
import {
  clustersOf,
  deploymentsOf,
  type MappedApplication,
} from './deployments';
import type { Estate } from './Estate';
import { versionOf } from './version';

/** Where a page ended: what its last row is sorted by. */
const position = z.object({
  hub: z.string(),
  namespace: z.string(),
  name: z.string(),
  environment: z.string().optional(),
  cluster: z.string().optional(),
});

/** The answer for one entity: what the index holds, as it is to be believed now. */
export async function entityDeployments(options: {
  claims: EntityClaims;
  changeKey: string;
  estate: Estate;
  store: Store;
  cursor?: string;
}): Promise<EntityDeployments> {
  const { claims, changeKey, estate } = options;
  const after = decodeCursor(position, options.cursor);
  const mapped = await applicationsOf(claims, options);
  const rows = marked(await deploymentsOf(mapped, estate), estate);
  const hubs = hubsInScope(claims, estate);
  const page = pageAfter(rows, after, estate);
  const body = {
    entityRef: claims.entityRef,
    changeKey,
    rules: rulesOf(claims, rows, estate),
    ...refusedOf(claims),
    rollup: rollup(rows, clustersOf(rows, estate), hubs),
    deployments: page.rows,
    ...(page.nextCursor && { nextCursor: page.nextCursor }),
    clusters: clustersOf(page.rows, estate),
    hubs,
    ...oldestContact(hubs),
  };
  return { ...body, version: versionOf(body) };
}

/** Skew is told among all rows of one entity; a page of some list would only show a part. */
function marked(rows: Deployment[], estate: Estate): Deployment[] {
  const differences = skew(rows, estate.config.environments);
  return rows.map(row => {
    const found = differences.get(row);
    return found ? { ...row, skew: found } : row;
  });
}

/** One row per application, with every rule that takes it, strongest first. */
async function applicationsOf(
  { claims, owner }: EntityClaims,
  { estate, store }: { estate: Estate; store: Store },
): Promise<MappedApplication[]> {
  const selected = await store.applications.select(
    ...claims.map(({ selection }) => selection),
  );
  return selected
    .map(application => ({
      application,
      mappedBy: rulesFor(application, { claims, owner, estate }),
    }))
    .filter(({ mappedBy }) => mappedBy.length > 0);
}

function rulesFor(
  application: StoredApplication,
  options: {
    claims: EntityClaims['claims'];
    owner: string | undefined;
    estate: Estate;
  },
): MappingRule[] {
  const { claims, owner, estate } = options;
  const { project } = application;
  const { mapping } = estate.config;
  const rules = new Map<string, MappingRule>();
  for (const { rule, selection } of claims) {
    if (
      selects(selection, application) &&
      mayClaim({ rule, owner, project, config: mapping })
    ) {
      rules.set(rule.key, rule); // one rule may be spelled in two ways
    }
  }
  return [...rules.values()];
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

function refusedOf({
  refused,
}: EntityClaims): Pick<EntityDeployments, 'refused'> {
  return refused.length > 0
    ? {
        refused: refused.map(({ rule: { key, value }, why }) => ({
          key,
          value,
          reason: why,
        })),
      }
    : {};
}

/** All hubs, unless every claim is limited to some. */
function hubsInScope({ claims }: EntityClaims, estate: Estate): HubStatus[] {
  const limits = claims
    .filter(({ rule }) => !namesEntity(rule, estate.config.mapping))
    .map(({ selection }) => selection.hubs);
  const unlimited = limits.length === 0 || limits.some(hubs => !hubs);
  const named = new Set(limits.flatMap(hubs => hubs ?? []));
  return estate
    .hubs()
    .map(({ status }) => status)
    .filter(({ name }) => unlimited || named.has(name));
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
    nextCursor: encodeCursor({ hub, namespace, name, environment, cluster }),
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
