import type {
  ClusterReason,
  HubStatus,
} from 'backstage-plugin-argocd-hub-common';
import type {
  ApplicationRecord,
  StoredApplication,
} from '../../store/ApplicationStore';
import type { ApplicationSetRecord } from '../../store/ApplicationSetStore';
import type { ClusterRecord } from '../../store/ClusterStore';
import { applicationRecord, clusterRecord } from '../../testing/records';
import { claimsOf, type MappingConfig } from '../../mapping/claimsOf';
import { type Evidence, explainEntity } from '../explainEntity';
import { followRules, takenByAny } from '../following';
import type { HubFacts } from '../hubs';
import { type RelevantSet, relevantSets } from '../sets';
import { VisibleClusters } from '../../permissions/VisibleClusters';

export const CONFIG: MappingConfig = {
  applicationEntityRefKey: 'backstage.io/entity-ref',
};

/** The claims of component `agent` of `guests`. */
export function agentClaims(
  annotations: Record<string, string> = {},
  config = CONFIG,
) {
  return claimsOf(
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'agent', annotations },
      spec: { owner: 'guests' },
    },
    config,
  );
}

/** An application that goes to a cluster. */
export function stored(
  name: string,
  overrides: Partial<ApplicationRecord> & {
    cluster?: StoredApplication['cluster'];
  } = {},
): StoredApplication {
  const { cluster: place = { name: 'prod' }, ...record } = overrides;
  return { ...applicationRecord(name, record), cluster: place };
}

export function cluster(
  name: string,
  overrides: Partial<ClusterRecord> = {},
): ClusterRecord {
  return { hub: 'main', name, ...clusterRecord(name), ...overrides };
}

/** A hub that has just been read, whose account may see everything. */
export function hub(
  overrides: Partial<HubStatus> = {},
  record: HubFacts['record'] = {
    readableSets: 'all',
    readableProjects: 'all',
  },
): HubFacts {
  const name = overrides.name ?? 'main';
  return {
    status: {
      ...{ name, title: name, uiUrl: 'https://hub.example.com' },
      ...{ freshness: 'live', complete: true },
      ...{ applications: 1, clusters: 1, skipped: 0 },
      ...overrides,
    },
    record,
  };
}

/** What asks for the applications of `AGENTS`. */
export const NAMED = { 'argocd-hub/applicationset': 'agents' };
export const AGENTS = { namespace: 'argocd', name: 'agents' };
export const DR = cluster('dr');
export const PROD = cluster('prod');
export const onProd = stored('agent-prod', { applicationSet: 'agents' });

export function codes(reasons: ClusterReason[]) {
  return reasons.map(({ code }) => code);
}

export type Given = NonNullable<Parameters<typeof explain>[1]>;

/** The explanation of an entity with these annotations. */
export function explain(
  annotations: Record<string, string>,
  given: Partial<Omit<Evidence, 'sets'>> & {
    applications?: StoredApplication[];
    sets?: ApplicationSetRecord[];
  } = {},
) {
  const { applications = [], sets = [], ...evidence } = given;
  const config = evidence.config ?? CONFIG;
  const claims = agentClaims(annotations, config);
  const followed = followRules(claims, applications, config);
  const taken = takenByAny(followed);
  return explainEntity(
    {
      ...{ claims, config, environmentLabel: 'env', followed },
      shownLabels: new Set(['env']),
      candidates: applications,
      sets: relevantSets({ claims, taken, sets }).map(set => ({
        ...set,
        occupied: occupiedBy(set, applications),
      })),
      ...{ projects: [], clusters: [], unknownHubs: [], moreSets: false },
      ...{ hubs: [hub()], visible: VisibleClusters.all },
      ...evidence,
    },
    { isWanted: () => true, limit: 500 },
  ).explanation;
}

function occupiedBy(
  { record }: RelevantSet,
  applications: StoredApplication[],
): Set<string> {
  return new Set(
    applications
      .filter(
        ({ hub: name, applicationSet }) =>
          name === record.hub && applicationSet === record.name,
      )
      .flatMap(each => ('name' in each.cluster ? each.cluster.name : [])),
  );
}
