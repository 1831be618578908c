import type {
  MetricAttributes,
  MetricOptions,
} from '@backstage/backend-plugin-api/alpha';

/**
 * Still alpha, so it is named here and nowhere else: whatever becomes of it
 * changes this file and the folder beside it.
 */
export {
  metricsServiceRef,
  type MetricsService,
} from '@backstage/backend-plugin-api/alpha';

/** How an instrument is made. Observed ones are asked when somebody collects. */
export type InstrumentKind = 'counter' | 'histogram' | 'observable gauge';

export interface Instrument extends MetricOptions {
  kind: InstrumentKind;
  name: string;
  unit: string;
  description: string;
  /** Every attribute that it carries. None may have more than some dozens of values. */
  attributes: readonly string[];
}

/** Seconds: from a call inside one data centre to the longest list of a big hub. */
const CALL_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
];
/** Seconds. */
const WRITE_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
];
/** Applications; a batch holds at most 500. */
const SIZE_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500];

/** Every instrument of this plugin: names, units and buckets stand here only. */
export const INSTRUMENTS = {
  calls: {
    kind: 'histogram',
    name: 'argocd_hub.hub.call.duration',
    unit: 's',
    description: 'Calls to a hub, from the first byte sent to the last read',
    attributes: ['hub', 'route', 'outcome'],
    advice: { explicitBucketBoundaries: CALL_BUCKETS },
  },
  bytes: {
    kind: 'counter',
    name: 'argocd_hub.hub.call.received',
    unit: 'By',
    description: 'Bodies of answers of a hub, as they came over the wire',
    attributes: ['hub', 'route'],
  },
  lists: {
    kind: 'histogram',
    name: 'argocd_hub.list.duration',
    unit: 's',
    description: 'Lists of all applications of a hub, with what they repair',
    attributes: ['hub', 'outcome'],
    advice: { explicitBucketBoundaries: CALL_BUCKETS },
  },
  batchSizes: {
    kind: 'histogram',
    name: 'argocd_hub.batch.size',
    unit: '{application}',
    description: 'Applications in a batch that was stored',
    attributes: ['hub'],
    advice: { explicitBucketBoundaries: SIZE_BUCKETS },
  },
  batchDurations: {
    kind: 'histogram',
    name: 'argocd_hub.batch.duration',
    unit: 's',
    description: 'Time to store a batch',
    attributes: ['hub'],
    advice: { explicitBucketBoundaries: WRITE_BUCKETS },
  },
  changes: {
    kind: 'counter',
    name: 'argocd_hub.changes.count',
    unit: '{application}',
    description: 'Applications that were stored because they had changed',
    attributes: ['hub'],
  },
  repairs: {
    kind: 'counter',
    name: 'argocd_hub.repairs.count',
    unit: '{application}',
    description: 'Applications that a list put right: the stream had not told',
    attributes: ['hub'],
  },
  reconnects: {
    kind: 'counter',
    name: 'argocd_hub.stream.reconnects.count',
    unit: '{connection}',
    description: 'Connections of the stream that ended after they had worked',
    attributes: ['hub'],
  },
  leasesLost: {
    kind: 'counter',
    name: 'argocd_hub.lease.losses.count',
    unit: '{lease}',
    description: 'Leases that this replica lost against its will',
    attributes: ['hub'],
  },
  heartbeats: {
    kind: 'counter',
    name: 'argocd_hub.heartbeats.count',
    unit: '{heartbeat}',
    description: 'Heartbeats of clusters, by what they proved',
    attributes: ['hub', 'outcome'],
  },
  leaseHeld: {
    kind: 'observable gauge',
    name: 'argocd_hub.lease.held',
    unit: '1',
    description: 'Whether this replica mirrors the hub: 1 or 0',
    attributes: ['hub'],
  },
  breakerOpen: {
    kind: 'observable gauge',
    name: 'argocd_hub.hub.breaker.open',
    unit: '1',
    description: 'Whether this replica takes the hub to be down: 1 or 0',
    attributes: ['hub'],
  },
  snapshotAge: {
    kind: 'observable gauge',
    name: 'argocd_hub.snapshot.age',
    unit: 's',
    description: 'Time since the hub last confirmed what is stored of it',
    attributes: ['hub'],
  },
  applications: {
    kind: 'observable gauge',
    name: 'argocd_hub.applications.known',
    unit: '{application}',
    description: 'Applications that are stored',
    attributes: ['hub'],
  },
  skipped: {
    kind: 'observable gauge',
    name: 'argocd_hub.applications.skipped',
    unit: '{application}',
    description: 'Applications that cannot be read; GET /hubs names them',
    attributes: ['hub'],
  },
  clusters: {
    kind: 'observable gauge',
    name: 'argocd_hub.clusters.known',
    unit: '{cluster}',
    description: 'Clusters that are stored, by verdict',
    attributes: ['hub', 'reachability'],
  },
  eventLoopDelay: {
    kind: 'observable gauge',
    name: 'argocd_hub.event_loop.delay',
    unit: 's',
    description: 'How late timers of this process ran since the last reading',
    attributes: ['statistic'],
  },
} as const satisfies Record<string, Instrument>;

type Instruments = typeof INSTRUMENTS;

/** The attributes that an instrument takes: exactly those of the table. */
export type AttributesOf<K extends keyof Instruments> = MetricAttributes & {
  [name in Instruments[K]['attributes'][number]]: string;
};
