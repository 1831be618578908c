// Holds the hub simulator against a recording of a hub, call by call; see
// packages/hub-simulator/README.md.
import { run } from './failure.mjs';
import { runSimulatorCommand } from './simulator-command.mjs';

await run(() =>
  runSimulatorCommand('packages/hub-simulator/src/replay/cli.ts'),
);
