// What the trimmed list of a fleet costs beside a plain Node server that sends
// the same bytes, uncompressed. Hub, plain server and client are three processes,
// and the calls take turns, so that a busy machine slows both alike.
//
//   yarn workspace hub-simulator benchmark:list -- [--applications 50000]
//     [--clusters 500] [--rounds 15] [--change-rate 0] [--settle 20]
//
// `--settle` seconds pass before it measures: at its start a hub looks at every
// ApplicationSet and application once.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.annotations',
  'metadata.creationTimestamp',
  'spec.project',
  'spec.destination',
  'spec.source',
  'spec.sources',
  'status.sync.status',
  'status.sync.revision',
  'status.health',
  'status.summary',
  'status.operationState.phase',
  'status.operationState.startedAt',
  'status.operationState.finishedAt',
].map(field => `items.${field}`);

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    applications: { type: 'string', default: '50000' },
    clusters: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '15' },
    'change-rate': { type: 'string', default: '0' },
    settle: { type: 'string', default: '20' },
  },
});

const children = [];
const directory = mkdtempSync(join(tmpdir(), 'benchmark-list-'));

/** Starts a process and resolves with the JSON of its first line. */
function start(args) {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', line =>
      resolve(JSON.parse(line)),
    );
    child.once('exit', code => reject(new Error(`${args[0]} ended: ${code}`)));
  });
}

/** Reads an answer to its end; resolves with milliseconds, bytes and pieces. */
function call(url, token, keep = false) {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    get(url, { headers }, response => {
      const pieces = [];
      let bytes = 0;
      response.on('data', piece => {
        bytes += piece.length;
        if (keep) pieces.push(piece);
      });
      response.on('end', () => {
        const body = keep ? Buffer.concat(pieces) : undefined;
        if (response.statusCode !== 200) {
          reject(new Error(`${response.statusCode}: ${body ?? ''}`));
          return;
        }
        resolve({ ms: performance.now() - begin, bytes, body });
      });
    }).on('error', reject);
  });
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function main() {
  const here = import.meta.dirname;
  const transform = createRequire(import.meta.url).resolve(
    '@backstage/cli/config/nodeTransform.cjs',
  );
  const { applications, clusters, rounds } = values;
  const hub = await start([
    '--require',
    transform,
    join(here, 'hub.ts'),
    applications,
    clusters,
    values['change-rate'],
  ]);
  const list = `${hub.url}/api/v1/applications?fields=${FIELDS}`;
  const first = await call(list, hub.token, true);
  const path = join(directory, 'body.json');
  writeFileSync(path, first.body);
  await sleep(Number(values.settle) * 1000);
  const plain = await start([join(here, 'plain.mjs'), path]);
  const times = { hub: [], plain: [] };
  // A few rounds more than counted: both servers warm up.
  for (let round = -3; round < Number(rounds); round += 1) {
    const ours = await call(list, hub.token);
    const theirs = await call(plain.url);
    if (round < 0) continue;
    times.hub.push(ours.ms);
    times.plain.push(theirs.ms);
  }
  const medians = { hub: median(times.hub), plain: median(times.plain) };
  const shown = {
    applications: Number(applications),
    changeRate: Number(values['change-rate']),
    bytes: first.bytes,
    firstMs: Math.round(first.ms),
    hubMs: Number(medians.hub.toFixed(1)),
    plainMs: Number(medians.plain.toFixed(1)),
    ratio: Number((medians.hub / medians.plain).toFixed(2)),
  };
  process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
}

try {
  await main();
} finally {
  for (const child of children) {
    child.removeAllListeners('exit');
    child.kill();
  }
  rmSync(directory, { recursive: true, force: true });
}
