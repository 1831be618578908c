import type { LoggerService } from '@backstage/backend-plugin-api';
import type { HubConfig } from '../config';
import type { HubClient } from '../hub/types';
import type { Lease } from '../store/LeaseStore';
import type { Store, StoreChange } from '../store/Store';
import type { MirrorMetrics } from './MirrorMetrics';
import type { MirrorTiming } from './timing';
import type { WorkTally } from './WorkTally';
import type { WriteOutcome } from './WriteGuard';

/** A client that also tells whether its hub is down. */
export interface MirroredHubClient extends HubClient {
  /** Since when every read fails, in milliseconds since the epoch. */
  readonly downSince: number | undefined;
}

/** What the parts of a mirror share while one replica holds the lease. */
export interface MirrorContext {
  hub: HubConfig;
  client: MirroredHubClient;
  store: Store;
  lease: Lease;
  logger: LoggerService;
  metrics: MirrorMetrics;
  /** What this replica did for the hub. */
  work: Pick<WorkTally, 'read'>;
  timing: MirrorTiming;
  /** Keys of the annotations of applications that are kept. */
  annotations: string[];
  /** Aborts when the lease is lost or the backend stops. */
  signal: AbortSignal;
  /** Runs a write, and never rejects. Ends the mirror when the lease was lost, logs every other failure. */
  write<T>(write: () => Promise<T>): Promise<WriteOutcome<T>>;
  /** Reads from the store into memory, and never rejects: answers whether it did, logs where not. */
  read(read: () => Promise<void>): Promise<boolean>;
  changed(change: Omit<StoreChange, 'hub'>): void;
}
