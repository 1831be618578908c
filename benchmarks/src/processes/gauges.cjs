// Loaded into every measured process before anything else: what it takes of
// memory, CPU and event loop, and what it asks of the hub. Plain JavaScript, since
// the incumbents' processes know no TypeScript. Nothing is done per request but
// a count.
'use strict';
const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { join } = require('node:path');
const { subscribe } = require('node:diagnostics_channel');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { isMainThread } = require('node:worker_threads');

// A monitor sees its own interval too: it is taken off again.
const RESOLUTION_MS = 5;
const SAMPLE_MS = 50;

const hubPort = Number(process.env.BENCH_HUB_PORT);
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const open = new Set();
const closed = { received: 0, sent: 0 };
const calls = new Map();
let peakRss = 0;
let session;

// Workers load this too; loaders of modules are some.
if (isMainThread) {
  delay.enable();
  setInterval(sample, SAMPLE_MS).unref();
  watchHub();
  answerParent();
}

function sample() {
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
}

function watchHub() {
  subscribe('net.client.socket', ({ socket }) => {
    socket.once('connect', () => {
      if (socket.remotePort === hubPort) follow(socket);
    });
  });
  // Node's own fetch and undici tell it here …
  subscribe('undici:request:create', ({ request }) => {
    const { port } = new URL(request.origin);
    if (Number(port) === hubPort) count(request.method, request.path);
  });
  // … and everything that is built on http there.
  subscribe('http.client.request.start', ({ request }) => {
    const [, port] = String(request.getHeader('host')).split(':');
    if (Number(port) === hubPort) count(request.method, request.path);
  });
}

function follow(socket) {
  open.add(socket);
  socket.once('close', () => {
    open.delete(socket);
    closed.received += socket.bytesRead;
    closed.sent += socket.bytesWritten;
  });
}

function count(method, path) {
  const key = `${method} ${patternOf(path)}`;
  calls.set(key, (calls.get(key) ?? 0) + 1);
}

/** Names and revisions do not matter; the query of a list does not either. */
function patternOf(path) {
  const [plain] = path.split('?');
  return plain
    .replace(/\/applications\/[^/]+/, '/applications/{name}')
    .replace(/\/revisions\/[^/]+/, '/revisions/{revision}')
    .replace(/\/clusters\/[^/]+/, '/clusters/{server}');
}

function read() {
  sample();
  const total = { ...closed };
  for (const socket of open) {
    total.received += socket.bytesRead;
    total.sent += socket.bytesWritten;
  }
  const { user, system } = process.cpuUsage();
  return {
    rss: process.memoryUsage.rss(),
    peakRss,
    cpuMs: (user + system) / 1000,
    eventLoopDelay: { p99: late(delay.percentile(99)), max: late(delay.max) },
    hub: { ...total, calls: Object.fromEntries(calls) },
  };
}

function late(nanoseconds) {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
}

function answerParent() {
  // Backstage keeps databases over restarts where it has a channel to its
  // parent: this one is not for it.
  const send = process.send.bind(process);
  process.send = undefined;
  process.on('message', ({ id, ask }) => {
    if (ask.startsWith('reset')) delay.reset();
    if (ask === 'reset') peakRss = 0;
    if (ask === 'profile') profile();
    if (ask === 'profiled') writeProfile();
    send({ id, gauges: read() });
  });
  process.channel.unref();
}

function profile() {
  session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
}

function writeProfile() {
  const file = join(process.env.BENCH_CPU_PROF, `${Date.now()}.cpuprofile`);
  session.post('Profiler.stop', (error, result) => {
    if (!error) writeFileSync(file, JSON.stringify(result.profile));
    session.disconnect();
  });
}
