import type { HubRecord } from '../HubStore';

/** What is kept of a hub as JSON. */
export type HubBody = Omit<HubRecord, 'name' | 'applications' | 'clusters'> & {
  /**
   * When it was first found not to be configured, in milliseconds since the
   * epoch; nobody has mirrored it since.
   */
  unconfiguredSince?: number;
};

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
  const { unconfiguredSince, ...body }: HubBody = JSON.parse(row.body);
  return {
    ...body,
    name: row.name,
    applications: row.applications,
    clusters: row.clusters,
  };
}
