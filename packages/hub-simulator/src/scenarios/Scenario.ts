import type { Simulator } from '../Simulator';

/** A world to start with. */
export interface Scenario {
  /** names of the Kubernetes clusters that run */
  spokes: string[];
  /** Puts in what is the same at every start: repositories, accounts, policy. */
  configure(simulator: Simulator): void;
  /** Fills a new world; not called when a saved one was loaded. */
  populate(simulator: Simulator): Promise<void>;
}
