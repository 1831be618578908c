// What a big fleet costs the simulator: time to start, memory, a stream's burst,
// the delay of changes, and how fast a small call is answered meanwhile.
//
//   yarn workspace hub-simulator benchmark:fleet [--applications 50000]
//     [--clusters 500] [--change-rate 300] [--seconds 30]
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const P = 'result.application.';
const FIELDS = [
  'error',
  'result.type',
  ...['name', 'namespace', 'uid', 'labels', 'creationTimestamp'].map(
    each => `${P}metadata.${each}`,
  ),
  `${P}metadata.annotations.backstage.io/entity-ref`,
  ...['project', 'destination', 'source.repoURL', 'source.targetRevision'].map(
    each => `${P}spec.${each}`,
  ),
  ...['sync.status', 'sync.revision', 'health', 'conditions', 'summary'].map(
    each => `${P}status.${each}`,
  ),
  ...['id', 'revision', 'deployedAt'].map(each => `${P}status.history.${each}`),
  ...['phase', 'message', 'startedAt', 'finishedAt'].map(
    each => `${P}status.operationState.${each}`,
  ),
].join(',');

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    applications: { type: 'string', default: '50000' },
    clusters: { type: 'string', default: '500' },
    'change-rate': { type: 'string', default: '300' },
    seconds: { type: 'string', default: '30' },
  },
});
const applications = Number(values.applications);

const require = createRequire(import.meta.url);
const root = join(require.resolve('hub-simulator/package.json'), '..');
const begin = performance.now();
const child = spawn(
  process.execPath,
  [
    '--require',
    require.resolve('@backstage/cli/config/nodeTransform.cjs'),
    join(root, 'src/cli.ts'),
    ...['--applications', values.applications],
    ...['--clusters', values.clusters],
    ...['--change-rate', values['change-rate']],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
process.on('exit', () => child.kill());
const facts = await new Promise((resolve, reject) => {
  createInterface({ input: child.stdout }).once('line', line =>
    resolve(JSON.parse(line)),
  );
  child.once('exit', code => reject(new Error(`the hub ended: ${code}`)));
});
const { url, token } = facts.hub;
const headers = { authorization: `Bearer ${token}` };
report('started', `${seconds(begin)} s, ${memory()}`);

await timed('first answer', () => fetch(`${url}/api/version`));
await timed('clusters', () => fetch(`${url}/api/v1/clusters`, { headers }));

for (const name of ['stream burst, cold', 'stream burst, warm']) {
  const { ms, bytes } = await burst();
  const megabytes = (bytes / 1e6).toFixed(0);
  report(name, `${(ms / 1000).toFixed(1)} s, ${megabytes} MB, ${memory()}`);
}
await follow(Number(values.seconds));
child.kill();

/** Opens a stream and reads one event per application. */
async function burst() {
  const stop = new AbortController();
  const start = performance.now();
  let events = 0;
  let bytes = 0;
  for await (const text of open(stop.signal, '')) {
    bytes += text.length;
    events += text.split('data: ').length - 1;
    if (events >= applications) break;
  }
  stop.abort();
  return { ms: performance.now() - start, bytes };
}

/** Follows changes for a while, and asks for the version all the time. */
async function follow(duration) {
  const stop = new AbortController();
  let events = 0;
  const reading = (async () => {
    for await (const text of open(stop.signal, '&resourceVersion=0')) {
      events += text.split('data: ').length - 1;
    }
  })().catch(() => {});
  const delays = [];
  const end = performance.now() + duration * 1000;
  while (performance.now() < end) {
    const start = performance.now();
    await (await fetch(`${url}/api/version`)).text();
    delays.push(performance.now() - start);
    await sleep(20);
  }
  stop.abort();
  await reading;
  delays.sort((a, b) => a - b);
  const at = share =>
    delays[Math.floor(share * (delays.length - 1))].toFixed(0);
  report('events', `${(events / duration).toFixed(0)}/s on one stream`);
  report(
    'small call meanwhile',
    `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`,
  );
  report('in the end', memory());
}

async function* open(signal, query) {
  const response = await fetch(
    `${url}/api/v1/stream/applications?fields=${FIELDS}${query}`,
    { headers: { ...headers, accept: 'text/event-stream' }, signal },
  );
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    yield decoder.decode(chunk, { stream: true });
  }
}

async function timed(name, call) {
  const start = performance.now();
  const { length } = await (await call()).text();
  const ms = (performance.now() - start).toFixed(0);
  report(name, `${ms} ms, ${(length / 1e6).toFixed(2)} MB`);
}

/** Resident memory of the hub, now and at most. */
function memory() {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const of = key =>
    (Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)[1]) / 1e6).toFixed(2);
  return `memory ${of('VmRSS')} GB (peak ${of('VmHWM')} GB)`;
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}

function report(name, text) {
  process.stdout.write(`${name.padEnd(22)} ${text}\n`);
}
