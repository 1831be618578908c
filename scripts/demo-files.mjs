import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './node.mjs';

const demoDir = join(cacheDir, 'demo');

/** Where the demo keeps what outlives it. Deleting it begins anew. */
export const demoFiles = {
  logs: join(demoDir, 'logs'),
  database: join(demoDir, 'db'),
  simulator: join(demoDir, 'simulator'),
};

const runFile = join(demoDir, 'run.json');

/**
 * Tells `npm run demo` where the running demo is. Whoever can read the file can
 * break the demo's clusters, so only its owner can.
 *
 * @param {{ pid: number, app: string, control: string }} run
 */
export function writeRun(run) {
  mkdirSync(demoDir, { recursive: true });
  rmSync(runFile, { force: true });
  writeFileSync(runFile, JSON.stringify(run), { mode: 0o600 });
}

export function removeRun() {
  rmSync(runFile, { force: true });
}

/** The running demo, or undefined when there is none. */
export function readRun() {
  try {
    const run = JSON.parse(readFileSync(runFile, 'utf8'));
    process.kill(run.pid, 0);
    return run;
  } catch {
    return undefined;
  }
}
