/**
 * An Argo CD hub and the Kubernetes APIs of its spokes as one small server.
 *
 * @packageDocumentation
 */
import type { HubSetup } from './Hub';
import {
  checkWorld,
  readScenarioFile,
  type ScenarioFile,
} from './scenarios/readScenarioFile';
import { SCENARIOS, type ScenarioOptions } from './scenarios/scenarios';
import { Simulator } from './Simulator';

/** Options of {@link startSimulator}. */
export interface SimulatorOptions extends ScenarioOptions, HubSetup {
  /**
   * `demo`, `fleet`, or the path of a file that says more (see the README); what
   * is given here wins over the file. Default: `fleet` when a size is given,
   * else `demo`
   */
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
  /** all of them, where there are several */
  hubs?: { name: string; url: string; token: string; caData?: string }[];
  control: { url: string };
  spokes: SpokeInfo[];
  stop(): Promise<void>;
}

/**
 * Starts a hub, its spokes and the control API on loopback.
 *
 * @throws an Error for an unknown scenario, a wrong file or a port in use
 */
export async function startSimulator(
  options: SimulatorOptions = {},
): Promise<RunningSimulator> {
  const { scenario, file } = resolveScenario(options);
  const all = { ...file, ...defined(options) };
  checkWorld(all);
  refuseFleetOptions(scenario, all);
  const createScenario = SCENARIOS[scenario];
  if (!createScenario) {
    const known = Object.keys(SCENARIOS).join(', ');
    throw new Error(
      `unknown scenario ${scenario}; there are: ${known}, or a .yaml file`,
    );
  }
  const simulator = await Simulator.start({
    scenario: createScenario(all),
    setup: all,
    steps: file.steps,
    port: all.port,
    controlPort: all.controlPort,
    data: all.data,
    timeScale: all.timeScale,
    tls: all.tls,
  });
  return { ...simulator.describe(), stop: () => simulator.stop() };
}

/** The name of the scenario, and what its file says. */
function resolveScenario(options: SimulatorOptions): {
  scenario: string;
  file: ScenarioFile;
} {
  const isFile = /\.(ya?ml|json)$/.test(options.scenario ?? '');
  const file = isFile ? readScenarioFile(options.scenario!) : {};
  const named = isFile ? file.scenario : options.scenario;
  const { applications, clusters } = { ...file, ...defined(options) };
  const isFleet = applications !== undefined || clusters !== undefined;
  return { scenario: named ?? (isFleet ? 'fleet' : 'demo'), file };
}

/** Rather than forget them without a word. */
function refuseFleetOptions(scenario: string, options: ScenarioOptions): void {
  if (scenario !== 'demo') return;
  const { applications, clusters, changeRate, idleNoise } = options;
  const fleet = { applications, clusters, changeRate, idleNoise };
  const [given] = Object.keys(defined(fleet));
  if (given) throw new Error(`${given} is for the scenario fleet only`);
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
