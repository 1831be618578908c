// Benchmarks, from a fresh clone to a table: benchmarks/README.md tells what is
// measured. Further arguments go there: npm run bench -- --quick
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Failure, run } from './failure.mjs';
import { ensureNode, looksOffline, npmCommand, root } from './node.mjs';
import { Progress } from './progress.mjs';
import { prepare } from './setup.mjs';

// What better-sqlite3 12, which the incumbents know, was built for.
const INCUMBENTS_NODE = 22;
const INCUMBENTS = ['roadie', 'community'];
/** The cases that compare with them. */
const COMPARING = ['page-views', 'hub-calls'];

await run(async () => {
  const args = process.argv.slice(2);
  const { node, env } = await prepare();
  const theirs = areCompared(args) ? await prepareIncumbents() : undefined;
  const child = spawn(
    node,
    [
      '--require',
      '@backstage/cli/config/nodeTransform.cjs',
      join('benchmarks', 'src', 'main.ts'),
      ...args,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...env, ...(theirs && { BENCH_INCUMBENTS_NODE: theirs.node }) },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  const [code] = await once(child, 'close');
  process.exitCode = code ?? 1;
});

/** Whether the incumbents take part; what is wrong with the arguments is said later. */
function areCompared(args) {
  const { values } = parseArgs({
    args,
    strict: false,
    options: {
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values['ours-only'] || values.help) return false;
  if (!values.only && !values.live) return true;
  return COMPARING.some(it => String(values.only).includes(it));
}

async function prepareIncumbents() {
  const chosen = await ensureNode({ major: INCUMBENTS_NODE });
  for (const name of INCUMBENTS) await install(name, chosen);
  return chosen;
}

/** Installs what the lock file says, once. */
async function install(name, { env }) {
  const directory = join(root, 'benchmarks', 'incumbents', name);
  const lock = readFileSync(join(directory, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = join(directory, 'node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  const progress = new Progress(`Installing the incumbent ${name}`);
  const [command, ...first] = npmCommand();
  try {
    // Nothing of it needs a script, so nothing compiles.
    await promisify(execFile)(
      command,
      [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'],
      {
        cwd: directory,
        env,
        shell: process.platform === 'win32' && first.length === 0,
      },
    );
  } catch (error) {
    progress.fail(`The incumbent ${name} could not be installed`);
    const output = `${error.stderr ?? ''}${error.stdout ?? ''}`.trim();
    throw new Failure(
      `${output || error.message}\n\n${
        looksOffline(output)
          ? 'The npm registry could not be reached: check the network and the proxy.'
          : 'Run the command again.'
      }\nOr measure without the incumbents: npm run bench -- --ours-only`,
    );
  }
  writeFileSync(stamp, wanted);
  progress.done(`Incumbent ${name} installed`);
}
