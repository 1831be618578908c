import {
  clusterOf,
  compareDeployments,
  type Deployment,
  type EntityDeployments,
  type HubStatus,
  type MappingRule,
  rollup,
} from 'backstage-plugin-argocd-hub-common';
import { z } from 'zod';
import {
  type EntityClaims,
  mayClaim,
  namesEntity,
} from '../../mapping/claimsOf';
import type { Store } from '../../store/types';
import { decodeCursor, encodeCursor } from '../paging';
import { MAX_PAGE } from '../validation';
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
  const { claims, changeKey, estate, store } = options;
  const after = decodeCursor(position, options.cursor);
  const mapped = await applicationsOf(claims, options);
  const rows = await deploymentsOf(mapped, { estate, store });
  const hubs = hubsInScope(claims, estate);
  const page = pageAfter(rows, after, estate);
  const body = {
    entityRef: claims.entityRef,
    changeKey,
    rules: rulesOf(claims, rows, estate),
    rollup: rollup(rows, clustersOf(rows, estate), hubs),
    deployments: page.rows,
    ...(page.nextCursor && { nextCursor: page.nextCursor }),
    clusters: clustersOf(page.rows, estate),
    hubs,
    ...oldestContact(hubs),
  };
  return { ...body, version: versionOf(body) };
}

/** One row per application, with every rule that takes it, strongest first. */
async function applicationsOf(
  { claims, owner }: EntityClaims,
  { estate, store }: { estate: Estate; store: Store },
): Promise<MappedApplication[]> {
  const found = new Map<string, MappedApplication>();
  const selected = await Promise.all(
    claims.map(({ selection }) => store.applications.select(selection)),
  );
  claims.forEach(({ rule }, index) => {
    for (const application of selected[index]) {
      const { hub, namespace, name, project } = application;
      if (!mayClaim({ rule, owner, project, config: estate.config.mapping })) {
        continue;
      }
      const key = `${hub}\n${namespace}\n${name}`;
      const known = found.get(key);
      if (known?.mappedBy.some(other => other.key === rule.key)) {
        continue; // one rule, spelled in two ways
      }
      if (known) {
        known.mappedBy.push(rule);
      } else {
        found.set(key, { application, mappedBy: [rule] });
      }
    }
  });
  return [...found.values()];
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
