// Records what a hub answers, for simulator:replay; see
// packages/hub-simulator/README.md.
import { run } from './failure.mjs';
import { runSimulatorCommand } from './simulator-command.mjs';

await run(() =>
  runSimulatorCommand('packages/hub-simulator/src/replay/recordCli.ts'),
);
