import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './node.mjs';
import { prepare } from './setup.mjs';

/**
 * Runs a command of the hub simulator with the arguments of this process, and
 * ends with its exit code.
 *
 * @param {string} file path of its TypeScript file in the repository
 */
export async function runSimulatorCommand(file) {
  const { node, env } = await prepare();
  const child = spawn(
    node,
    [
      '--require',
      '@backstage/cli/config/nodeTransform.cjs',
      join(root, file),
      ...process.argv.slice(2),
    ],
    { cwd: root, env, stdio: 'inherit' },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
