import { demo } from './demo';
import type { Scenario } from './Scenario';

/** Every scenario by its name on the command line. */
export const SCENARIOS: Record<string, Scenario> = { demo };
