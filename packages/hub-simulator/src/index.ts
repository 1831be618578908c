/**
 * An Argo CD hub and the Kubernetes APIs of its spokes as one small server.
 *
 * @packageDocumentation
 */
import { SCENARIOS, type ScenarioOptions } from './scenarios/scenarios';
import { Simulator } from './Simulator';

/** Options of {@link startSimulator}. */
export interface SimulatorOptions extends ScenarioOptions {
  /** `demo` or `fleet`; default `fleet` when a size is given, else `demo` */
  scenario?: string;
  /** port of the hub; default: the one used before, else any that is free */
  port?: number;
  /** port of the control API; same default */
  controlPort?: number;
  /** directory that keeps keys, ports and state over restarts; default: nothing is kept */
  data?: string;
  /** above 1: simulated waits are that much shorter; timestamps stay real */
  timeScale?: number;
  /** serve the hub over https with a certificate authority of its own */
  tls?: boolean;
}

/** A Kubernetes cluster beside the hub. */
export interface SpokeInfo {
  name: string;
  url: string;
  /** base64 of the PEM certificate of its authority */
  caData: string;
  /** file with the administrator's kubeconfig, inline data only */
  kubeconfigPath: string;
  registered: boolean;
}

/** A running simulator. */
export interface RunningSimulator {
  /** `caData` (base64 of PEM) is there with `tls` */
  hub: { url: string; token: string; caData?: string };
  control: { url: string };
  spokes: SpokeInfo[];
  stop(): Promise<void>;
}

/**
 * Starts a hub, its spokes and the control API on loopback.
 *
 * @throws an Error for an unknown scenario or a port in use
 */
export async function startSimulator(
  options: SimulatorOptions = {},
): Promise<RunningSimulator> {
  const { applications, clusters, changeRate, idleNoise, seed, ...settings } =
    options;
  const isFleet = applications !== undefined || clusters !== undefined;
  const name = options.scenario ?? (isFleet ? 'fleet' : 'demo');
  const createScenario = SCENARIOS[name];
  if (!createScenario) {
    const known = Object.keys(SCENARIOS).join(', ');
    throw new Error(`unknown scenario ${name}; there are: ${known}`);
  }
  const scenario = createScenario({
    applications,
    clusters,
    changeRate,
    idleNoise,
    seed,
  });
  const simulator = await Simulator.start({ ...settings, scenario });
  return { ...simulator.describe(), stop: () => simulator.stop() };
}
