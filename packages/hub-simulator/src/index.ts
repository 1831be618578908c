/**
 * An Argo CD hub and the Kubernetes APIs of its spokes as one small server.
 *
 * @packageDocumentation
 */
import { SCENARIOS } from './scenarios/scenarios';
import { Simulator } from './Simulator';

/** Options of {@link startSimulator}. */
export interface SimulatorOptions {
  /** name of a scenario; default `demo` */
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
  const { scenario: name = 'demo', ...settings } = options;
  const scenario = SCENARIOS[name];
  if (!scenario) {
    const known = Object.keys(SCENARIOS).join(', ');
    throw new Error(`unknown scenario ${name}; there are: ${known}`);
  }
  const simulator = await Simulator.start({ scenario, ...settings });
  return { ...simulator.describe(), stop: () => simulator.stop() };
}
