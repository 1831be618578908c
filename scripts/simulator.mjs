// Runs the hub simulator alone: one JSON line on stdout tells where everything
// is, all else goes to stderr. Options: packages/hub-simulator/README.md.
import { run } from './failure.mjs';
import { runSimulatorCommand } from './simulator-command.mjs';

await run(() => runSimulatorCommand('packages/hub-simulator/src/cli.ts'));
