// Copies of the sources to break: the checkout itself is never touched.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.mjs';
import { cacheDir, root } from '../node.mjs';

/** Always the same place: jest's cache knows files by their path. */
const copies = join(cacheDir, 'sabotage');
/** Process id of the run whose copies these are. */
const ownerFile = join(copies, 'owner');

/**
 * Copies every file that git knows or would take into `.cache`. A copy finds
 * installed packages in the checkout around it, but our own ones in itself.
 *
 * @param {number} count how many copies
 * @returns {string[]} their directories
 */
export function copySources(count) {
  const owner = runningOwner();
  if (owner) {
    throw new Failure(
      `Another sabotage check runs here (process ${owner}). Wait for it, or stop it; if it is none, delete ${copies}.`,
    );
  }
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies, { recursive: true });
  writeFileSync(ownerFile, `${process.pid}`);
  const files = listFiles();
  return Array.from({ length: count }, (_, at) => {
    const copy = join(copies, `${at + 1}`);
    for (const file of files) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(root, file), join(copy, file));
    }
    for (const file of files.filter(isWorkspace)) {
      linkInstalled(copy, dirname(file));
    }
    return copy;
  });
}

/** Removes what this process has copied. */
export function removeCopies() {
  if (readOwner() === process.pid) {
    // A test that was killed may write its last while this goes on.
    rmSync(copies, { recursive: true, force: true, maxRetries: 5 });
  }
}

function runningOwner() {
  const owner = readOwner();
  try {
    if (owner) process.kill(owner, 0);
    return owner;
  } catch {
    return undefined;
  }
}

function readOwner() {
  return existsSync(ownerFile)
    ? Number(readFileSync(ownerFile, 'utf8'))
    : undefined;
}

/** Those in the work tree, as they are there. */
function listFiles() {
  return git('ls-files', '-z', '--cached', '--others', '--exclude-standard')
    .split('\0')
    .filter(file => file && existsSync(join(root, file)));
}

function git(...args) {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw new Failure(
      `git could not list the files of this checkout, which are to be copied:\n${
        error.stderr || error.message
      }\nRun this in a clone of the repository, with git on the PATH.`,
    );
  }
}

function isWorkspace(file) {
  return /^(packages|plugins)\/[^/]+\/package\.json$/.test(file);
}

function linkInstalled(copy, folder) {
  const { name } = JSON.parse(
    readFileSync(join(copy, folder, 'package.json'), 'utf8'),
  );
  const link = join(copy, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(copy, folder), link, 'junction');
  const own = join(root, folder, 'node_modules');
  if (existsSync(own)) {
    symlinkSync(own, join(copy, folder, 'node_modules'), 'junction');
  }
}
