// The demo: hub simulator, backend and app, from a fresh clone to an address.
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { demoFiles, readRun, removeRun, writeRun } from './demo-files.mjs';
import { Failure, run } from './failure.mjs';
import { root } from './node.mjs';
import { portOf, requireFree } from './ports.mjs';
import { Progress } from './progress.mjs';
import { get, guestToken, until } from './readiness.mjs';
import { Service } from './service.mjs';
import { prepare } from './setup.mjs';

const HELP = `Usage: npm start -- [options]

  --port <n>            port of the app            (3000, or $PORT)
  --backend-port <n>    port of the backend        (7007, or $BACKEND_PORT)
  --simulator-port <n>  port of the simulated hub  (9090, or $SIMULATOR_PORT)
  --watch               restart the backend when its sources change
`;
const CLI = join(root, 'node_modules', '@backstage', 'cli');

const devServer = [join(CLI, 'bin', 'backstage-cli'), 'package', 'start'];
// The development server outlives a backend that fails, and waits for a change.
const backendOnce = [
  '--require',
  join(CLI, 'config', 'nodeTransform.cjs'),
  join('src', 'index.ts'),
];

const services = [];
const stopping = new AbortController();
const interrupted = whenInterrupted();

await run(async () => {
  const options = parseOptions();
  if (!options) return;
  refuseSecondDemo();
  await requireFree(Object.values(options.ports));
  try {
    await Promise.race([demo(options), interrupted]);
  } finally {
    await stopAll();
  }
});
process.exit();

function parseOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env.PORT ?? '3000' },
      'backend-port': {
        type: 'string',
        default: process.env.BACKEND_PORT ?? '7007',
      },
      'simulator-port': {
        type: 'string',
        default: process.env.SIMULATOR_PORT ?? '9090',
      },
      watch: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  const wanted = (name, purpose) => ({
    port: portOf(values[name], `--${name}`),
    purpose,
    flag: `--${name}`,
  });
  return {
    watch: values.watch,
    ports: {
      app: wanted('port', 'the app'),
      backend: wanted('backend-port', 'the backend'),
      simulator: wanted('simulator-port', 'the simulated hub'),
    },
  };
}

function refuseSecondDemo() {
  const running = readRun();
  if (!running) return;
  throw new Failure(
    `The demo is already running at ${running.app} (process ${running.pid}).\n` +
      `Press Ctrl-C there, or run: kill ${running.pid}`,
  );
}

async function demo({ ports, watch }) {
  const { node, env } = await prepare(stopping);
  for (const directory of Object.values(demoFiles)) {
    mkdirSync(directory, { recursive: true });
  }
  const app = `http://localhost:${ports.app.port}`;
  const backend = `http://localhost:${ports.backend.port}`;

  const simulator = await startSimulator(node, env, ports.simulator.port);
  writeRun({ pid: process.pid, app, control: simulator.control.url });

  const shared = {
    ...env,
    APP_BASE_URL: app,
    BACKEND_BASE_URL: backend,
    BACKEND_PORT: String(ports.backend.port),
    DATABASE_DIR: demoFiles.database,
    ARGOCD_HUB_URL: simulator.hub.url,
    NODE_ENV: 'development',
  };
  // Only the backend gets the token, and neither learns of the control API.
  startPackage('backend', {
    node,
    args: watch ? devServer : backendOnce,
    env: { ...shared, ARGOCD_HUB_TOKEN: simulator.hub.token },
  });
  startPackage('app', {
    node,
    args: devServer,
    env: { ...shared, BROWSER: 'none' },
  });

  await Promise.race([ready(app, backend), anyDied()]);
  greet(app);
  await anyDied();
}

async function startSimulator(node, env, port) {
  const progress = new Progress('Starting the hub simulator');
  const simulator = Service.start({
    name: 'hub simulator',
    node,
    args: [
      join(root, 'scripts', 'simulator.mjs'),
      ...['--port', String(port)],
      ...['--scenario', 'demo'],
      ...['--data', demoFiles.simulator],
    ],
    cwd: root,
    env,
    logFile: join(demoFiles.logs, 'simulator.log'),
    keepOutput: true, // its first line holds the hub's token
  });
  services.push(simulator);
  const started = simulator.json().catch(explainSimulator);
  return finish(progress, 'Hub simulator is up', started);
}

/** Its clusters keep their ports, as addresses that a hub has registered. */
function explainSimulator(error) {
  if (!/EADDRINUSE/.test(error.message)) throw error;
  const directory = relative(process.cwd(), demoFiles.simulator);
  throw new Failure(
    `${error.message}\n\nAnother program has taken a port that a simulated cluster used before.\n` +
      `Stop that program, or delete ${directory} to begin with new clusters.`,
  );
}

function startPackage(name, options) {
  services.push(
    Service.start({
      ...options,
      name,
      cwd: join(root, 'packages', name),
      logFile: join(demoFiles.logs, `${name}.log`),
    }),
  );
}

async function ready(app, backend) {
  const progress = new Progress('Starting backend and app');
  await finish(progress, 'Backend and app are up', async () => {
    progress.detail('waiting for the backend');
    const token = await until(() => guestToken(backend), {
      timeoutMs: 180_000,
      what: 'the backend to sign in a guest',
    });
    const init = { headers: { Authorization: `Bearer ${token}` } };
    const answers = [
      ['the plugin', `${backend}/api/argocd-hub/hubs`],
      [
        'component agent in the catalog',
        `${backend}/api/catalog/entities/by-name/component/default/agent`,
      ],
      ['the app', app],
    ];
    for (const [what, url] of answers) {
      progress.detail(`waiting for ${what}`);
      await until(() => get(url, init), { timeoutMs: 120_000, what });
    }
  });
}

/** Ends the progress line according to how the work ends. */
async function finish(progress, done, work) {
  try {
    const result = await (typeof work === 'function' ? work() : work);
    progress.done(done);
    return result;
  } catch (error) {
    progress.fail();
    throw error;
  }
}

function anyDied() {
  return Promise.race(services.map(service => service.died()));
}

function greet(app) {
  const logs = relative(process.cwd(), demoFiles.logs);
  process.stdout.write(`
Argo CD Hub demo: ${app}

  1. Enter as guest and look at every cluster of one service:
     ${app}/catalog/default/component/agent/clusters
  2. In another terminal, break a cluster and watch its row; then heal it:
     npm run demo -- break prod
     npm run demo -- heal prod
  3. Press "Add a cluster" on that tab. The kubeconfig that it asks for:
     npm run demo -- kubeconfig perf

Logs are in ${logs}. Press Ctrl-C to stop.
`);
}

/** Resolves when the user, or whoever started us, asks us to stop. */
function whenInterrupted() {
  return new Promise(resolve => {
    const stop = () => {
      if (stopping.signal.aborted) killAll();
      resolve(undefined);
      stopping.abort();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, stop);
    }
    process.on('exit', killAll);
    if (process.env.npm_lifecycle_event) whenOrphaned(stop);
  });
}

/** The shell between npm and us dies of a SIGTERM without passing it on. */
function whenOrphaned(stop) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (!stopping.signal.aborted) stop();
  }, 1000);
  timer.unref();
}

async function stopAll() {
  Progress.silence();
  if (services.length === 0) return;
  process.stdout.write('\nStopping the demo…\n');
  await Promise.all(services.map(service => service.stop()));
  removeRun();
  process.stdout.write('Stopped.\n');
}

function killAll() {
  for (const service of services) service.kill();
}
