import type { HubRecord } from '../HubStore';

/** What is kept of a hub as JSON. */
export type HubBody = Omit<HubRecord, 'name' | 'applications' | 'clusters'>;

/** A row of `hubs`. */
export interface HubRow {
  name: string;
  applications: number;
  clusters: number;
  body: string;
}

/** Of a hub that nothing is known of yet. */
export function newHubBody(): HubBody {
  return {
    facts: { startedAt: Date.now(), listIntervalMs: 60_000 },
    complete: false,
    skipped: [],
  };
}

export function fromHubRow(row: HubRow): HubRecord {
  return {
    ...(JSON.parse(row.body) as HubBody),
    name: row.name,
    applications: row.applications,
    clusters: row.clusters,
  };
}
