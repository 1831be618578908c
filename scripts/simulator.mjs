// Runs the hub simulator alone: one JSON line on stdout tells where everything
// is, all else goes to stderr. Options: packages/hub-simulator/README.md.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { run } from './failure.mjs';
import { root } from './node.mjs';
import { prepare } from './setup.mjs';

await run(async () => {
  const { node, env } = await prepare();
  const child = spawn(
    node,
    [
      '--require',
      '@backstage/cli/config/nodeTransform.cjs',
      join(root, 'packages/hub-simulator/src/cli.ts'),
      ...process.argv.slice(2),
    ],
    { cwd: root, env, stdio: 'inherit' },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
});
