import {
  type MappingRule,
  type Rollup,
  rollup,
  type Skew,
  skew,
} from 'backstage-plugin-argocd-hub-common';
import { selects } from '../mapping/ClaimIndex';
import { mayClaim } from '../mapping/claimsOf';
import type { Selectable, StoredApplication } from '../store/ApplicationStore';
import type { EntityClaims } from '../store/ClaimStore';
import { clusterKey, type ClusterName } from '../store/ClusterStore';
import { type BareRow, clustersOf } from './deployments';
import type { Estate, HubView } from './Estate';
import { hubsInScope } from './hubsInScope';
import { digestOf } from './version';

/** The rows of one entity, and what is said about all of them. */
export interface EntityRows<T extends BareRow> {
  /** With what differs among them. */
  rows: (T & { skew?: Skew[] })[];
  /** Every hub in scope, and every one that a row is from. */
  hubs: HubView[];
  rollup: Rollup;
}

/** @param given - all rows of the entity, in their order */
export function entityRows<T extends BareRow>(
  given: T[],
  { claims, estate }: { claims: EntityClaims; estate: Estate },
): EntityRows<T> {
  const rows = marked(given, estate);
  const hubs = hubsInScope(claims, { has: rows, estate });
  const summaries = clustersOf(rows, estate).map(({ summary }) => summary);
  const statuses = hubs.map(({ status }) => status);
  return { rows, hubs, rollup: rollup(rows, summaries, statuses) };
}

/** One row per application, with every rule that takes it, strongest first. */
export function mappedOf<T extends Selectable>(
  applications: T[],
  { claims, owner }: EntityClaims,
  { config }: Pick<Estate, 'config'>,
): { application: T; mappedBy: MappingRule[] }[] {
  return applications
    .map(application => {
      const { project } = application;
      const rules = new Map<string, MappingRule>();
      for (const { rule, selection } of claims) {
        if (
          selects(selection, application) &&
          mayClaim({ rule, owner, project, config: config.mapping })
        ) {
          rules.set(rule.key, rule);
        }
      }
      return { application, mappedBy: [...rules.values()] };
    })
    .filter(({ mappedBy }) => mappedBy.length > 0);
}

/** The clusters that decide about their rows, each once, also those that are not there. */
export function clustersNamedBy(
  applications: StoredApplication[],
): ClusterName[] {
  const named = new Map<string, ClusterName>();
  for (const { hub, cluster } of applications) {
    if ('name' in cluster) {
      const found = { hub, name: cluster.name };
      named.set(clusterKey(found), found);
    }
  }
  return [...named.values()];
}

/** Another one means that what is believed of these hubs and clusters differs. */
export function basisOf(
  { hubs, dependsOn }: { hubs: string[]; dependsOn: ClusterName[] },
  estate: Estate,
): string {
  return digestOf(
    ...hubs.map(name => estate.hub(name)?.fingerprint ?? ''),
    ...dependsOn.map(
      ({ hub, name }) => estate.cluster(hub, name)?.fingerprint ?? '',
    ),
  );
}

/** Skew is told among all rows of one entity; a page of some list would only show a part. */
function marked<T extends BareRow>(
  rows: T[],
  estate: Estate,
): (T & { skew?: Skew[] })[] {
  const differences = skew(rows, estate.config.environments);
  return rows.map(row => {
    const found = differences.get(row);
    return found ? { ...row, skew: found } : row;
  });
}
