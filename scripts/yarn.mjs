// Runs the checked-in Yarn with a Node that fits, after the install:
//   node scripts/yarn.mjs lint --all
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { run } from './failure.mjs';
import { root } from './node.mjs';
import { prepare, yarn } from './setup.mjs';

await run(async () => {
  const { node, env } = await prepare();
  const child = spawn(node, [yarn, ...process.argv.slice(2)], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'close');
  process.exitCode = code ?? 1;
});
