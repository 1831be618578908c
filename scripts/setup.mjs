// Brings a fresh clone to the point where everything else can run: a Node that
// fits, and the packages of the lock file. Node built-ins only.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { Failure } from './failure.mjs';
import { cacheDir, ensureNode, looksOffline, root } from './node.mjs';
import { Progress } from './progress.mjs';

const stamp = join(cacheDir, 'installed');
const logFile = join(cacheDir, 'install.log');

/** The checked-in Yarn, to be run by the Node that `prepare` returns. */
export const yarn = join(root, '.yarn', 'releases', 'yarn-4.13.0.cjs');

/**
 * Finds or fetches Node, and installs the packages if the last install is not
 * of this lock file.
 *
 * @param {{ signal?: AbortSignal }} options signal: stops the work half-way;
 *   the next call begins anew
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} as `ensureNode`
 */
export async function prepare({ signal } = {}) {
  const chosen = await ensureNode({ signal });
  const wanted = fingerprint();
  if (!isInstalled(wanted)) {
    await install(chosen, signal);
    await writeFile(stamp, wanted);
  }
  return chosen;
}

function isInstalled(wanted) {
  if (!existsSync(join(root, 'node_modules', '.yarn-state.yml'))) return false;
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

/** Hash of everything that decides what `yarn install` puts on the disk. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of manifests()) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function manifests() {
  const workspaces = ['packages', 'plugins'].flatMap(folder =>
    readdirSync(join(root, folder)).map(name =>
      join(folder, name, 'package.json'),
    ),
  );
  return ['yarn.lock', '.yarnrc.yml', 'package.json', ...workspaces]
    .filter(file => existsSync(join(root, file)))
    .sort();
}

async function install({ node, env }, signal) {
  await mkdir(cacheDir, { recursive: true });
  const progress = new Progress('Installing packages');
  const log = createWriteStream(logFile);
  const child = spawn(node, [yarn, 'install', '--immutable'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', data => {
      log.write(data);
      const step = /┌ (\w+) step/.exec(String(data))?.[1];
      if (step) progress.detail(`${step.toLowerCase()} step`);
    });
  }
  const [code] = await once(child, 'close');
  await new Promise(resolve => log.end(resolve));
  if (code === 0) {
    progress.done('Packages installed');
    return;
  }
  progress.fail('Packages could not be installed');
  throw new Failure(explain(readFileSync(logFile, 'utf8')));
}

function explain(output) {
  const tail = output.trimEnd().split('\n').slice(-12).join('\n');
  return `${tail}\n\n${wayOut(output)}\nThe whole output is in ${logFile}.`;
}

function wayOut(output) {
  if (/YN0028/.test(output)) {
    return 'The lock file does not fit the package.json files. If you changed one, run `yarn install` and commit yarn.lock.';
  }
  if (looksOffline(output)) {
    return 'The npm registry could not be reached: check the network and the proxy, then run the command again.';
  }
  if (/ENOSPC/.test(output)) {
    return 'The disk is full: the packages need about 2 GB here and 1 GB in the cache of Yarn.';
  }
  return 'Run the command again; if it fails in the same way, delete node_modules first.';
}
