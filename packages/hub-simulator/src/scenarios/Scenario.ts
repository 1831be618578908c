import type { Hub } from '../Hub';
import type { SpokeClient, SpokeClientOptions } from '../net/SpokeClient';

/** Something that works on the objects of a hub, as Argo CD's controllers do. */
export interface Controller {
  start(): void;
}

/** A world to start with. */
export interface Scenario {
  /** names of the Kubernetes clusters that run */
  spokes: string[];
  /** names of the hubs; default: `main` alone */
  hubs?: string[];
  /** keep applications as bytes only, for worlds with many; see Entry */
  packed?: boolean;
  /** clusters share one authority and one key pair, which saves seconds with many */
  sharesSpokeKeys?: boolean;
  /** where randomness begins; default 1 */
  seed?: number;
  /** Puts in what is the same at every start: repositories, accounts, policy. */
  configure(hub: Hub): void;
  /** Fills a new hub; not called when a saved one was loaded. */
  populate(hub: Hub): Promise<void>;
  /** What works on a hub's objects; default: Argo CD's controllers. */
  controllers?(hub: Hub): Controller[];
  /** What calls the clusters; default: a client that dials what it is told. */
  createClient?(hub: Hub, options: SpokeClientOptions): SpokeClient;
}
