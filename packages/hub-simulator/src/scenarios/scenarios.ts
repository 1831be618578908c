import { demo } from './demo';
import { fleet } from './fleet/fleet';
import type { Scenario } from './Scenario';

/** What the size and the life of a scenario depend on. */
export interface ScenarioOptions {
  /** number of applications; default 1000 */
  applications?: number;
  /** number of clusters; default 10 */
  clusters?: number;
  /** changes a second; default 0 */
  changeRate?: number;
  /** whether an idle fleet is reconciled all the time; default true */
  idleNoise?: boolean;
  /** where randomness begins; default 1 */
  seed?: number;
  /** names of the hubs, one argocd-server each; default: `main` alone */
  hubs?: string[];
}

/** Every scenario by its name on the command line. */
export const SCENARIOS: Record<string, (options: ScenarioOptions) => Scenario> =
  {
    demo,
    fleet: ({ applications = 1000, clusters = 10, ...options }) =>
      fleet({ applications, clusters, ...options }),
  };
