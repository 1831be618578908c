import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunningSimulator } from 'hub-simulator';

/** A simulator with a process, and so a clock, of its own. */
export async function startSimulatorProcess(
  options: string[] = [],
): Promise<RunningSimulator> {
  const own = dirname(require.resolve('hub-simulator/package.json'));
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      join(own, 'src', 'cli.ts'),
      '--time-scale',
      '10',
      ...options,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
  );
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout! }), 'line'),
    once(child, 'exit').then(() => {
      throw new Error('The simulator ended before it began');
    }),
  ]);
  return { ...JSON.parse(line), stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
