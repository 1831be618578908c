import { fleet } from '../src/scenarios/fleet/fleet';
import { Simulator } from '../src/Simulator';

/**
 * A fleet in a process of its own, for `list.mjs`: prints address and token as
 * one line of JSON. The limit of gRPC is raised, as whoever has such a fleet must
 * do (F1.1.12).
 */
async function main(): Promise<void> {
  const [applications, clusters, changeRate] = process.argv
    .slice(2)
    .map(Number);
  const idleNoise = changeRate > 0;
  const scenario = fleet({ applications, clusters, changeRate, idleNoise });
  const simulator = await Simulator.start({ scenario });
  simulator.hub.state.limits.grpcMaxBytes = Number.MAX_SAFE_INTEGER;
  const { url, token } = simulator.describe().hub;
  process.stdout.write(`${JSON.stringify({ url, token })}\n`);
  process.once('SIGTERM', () => {
    void simulator.stop().finally(() => process.exit(0));
  });
}

void main();
