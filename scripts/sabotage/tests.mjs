// Runs tests of a copy of the sources and tells which were red.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../node.mjs';

/** No run takes so long, not even on a busy machine: it hangs. */
const LONGEST_MS = 10 * 60_000;
const running = new Set();

/**
 * Runs the tests that should notice these breakages.
 *
 * @param {{ node: string, env: NodeJS.ProcessEnv, copy: string }} place
 * @returns {Promise<(breakage: object) => Outcome>} what the tests of each
 *   breakage came to
 * @typedef {{ passed: string[], failed: string[], told: string }} Outcome names
 *   of tests, and what jest said of failures; without any name nothing ran
 */
export async function runTests({ node, env, copy }, breakages) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const output = await runJest({ node, env, copy }, [
    ...['--json', '--outputFile', report],
    ...['--testNamePattern', namePattern(breakages)],
    ...new Set(breakages.map(({ test }) => join(copy, test))),
  ]);
  const suites = readReport(report);
  return ({ test, noticedBy }) => {
    const suite = suites.find(
      ({ name }) => relative(realpathSync(copy), name) === test,
    );
    const tests = (suite?.assertionResults ?? []).filter(({ fullName }) =>
      fullName.includes(noticedBy),
    );
    const named = status =>
      tests.filter(one => one.status === status).map(one => one.fullName);
    const messages = tests.flatMap(one => one.failureMessages);
    return {
      passed: named('passed'),
      failed: named('failed'),
      told: lastLines(messages.join('\n') || suite?.message || output),
    };
  };
}

/** Ends all tests that run, and whatever they have started. */
export function killTests() {
  running.forEach(child => kill(child));
}

async function runJest({ node, env, copy }, args) {
  const child = spawn(
    node,
    [
      join(root, 'node_modules/@backstage/cli/bin/backstage-cli'),
      ...['repo', 'test', '--watchAll=false', ...args],
    ],
    {
      cwd: copy,
      env: testEnv(env),
      // A group of its own ends with all its processes.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running.add(child);
  const limit = setTimeout(() => kill(child), LONGEST_MS);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => (output += chunk));
  }
  await once(child, 'close').finally(() => clearTimeout(limit));
  running.delete(child);
  return output;
}

/** The tests that notice do so on SQLite: a PostgreSQL would only double the time. */
function testEnv(env) {
  const kept = Object.entries(env).filter(
    ([name]) => !/^BACKSTAGE_TEST_DATABASE_/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    BACKSTAGE_TEST_DISABLE_DOCKER: '1',
    NODE_OPTIONS:
      '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  };
}

function kill(child) {
  try {
    const group = process.platform === 'win32' ? child.pid : -child.pid;
    process.kill(group, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function namePattern(breakages) {
  return breakages
    .map(({ noticedBy }) => noticedBy.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('|');
}

function readReport(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    // Jest did not get that far; its output tells why.
    return [];
  }
}

function lastLines(text) {
  return stripVTControlCharacters(text).trimEnd().split('\n').slice(-30);
}
