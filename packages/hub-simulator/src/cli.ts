import { parseArgs } from 'node:util';
import { startSimulator } from './index';

const HELP = `Usage: npm run simulator -- [options]

Starts an Argo CD hub with its clusters on loopback and prints one line of JSON
that tells where everything is. Ctrl-C ends it.

  --scenario NAME|FILE   demo (default), fleet, or a .yaml file with faults
  --applications N       size of a fleet; implies --scenario fleet
  --clusters N           clusters of a fleet
  --change-rate N        changes a second in a fleet (default 0)
  --no-idle-noise        a fleet that is not reconciled all the time
  --seed N               another fleet, other random choices (default 1)
  --hubs A,B             several hubs, one argocd-server each
  --argocd-version V     2.14, 3.4 or 3.5 (default)
  --true-cost            answers take as long as a real argocd-server needs
  --shards N             number of application controllers (default 1)
  --replicas A,B         replicas of argocd-server with these lags in ms
  --port N               port of the hub
  --control-port N       port of the control API
  --tls                  the hub speaks https
  --rootpath PATH        what stands before every path of the hub
  --data DIR             keep keys, ports and objects there
  --time-scale N         waits are N times shorter
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      port: { type: 'string' },
      'control-port': { type: 'string' },
      scenario: { type: 'string' },
      data: { type: 'string' },
      'time-scale': { type: 'string' },
      applications: { type: 'string' },
      clusters: { type: 'string' },
      'change-rate': { type: 'string' },
      'no-idle-noise': { type: 'boolean' },
      seed: { type: 'string' },
      hubs: { type: 'string' },
      'argocd-version': { type: 'string' },
      'true-cost': { type: 'boolean' },
      shards: { type: 'string' },
      replicas: { type: 'string' },
      tls: { type: 'boolean' },
      rootpath: { type: 'string' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const starting = startSimulator({
    scenario: values.scenario,
    port: whole('port', values.port),
    controlPort: whole('control-port', values['control-port']),
    data: values.data,
    timeScale: number('time-scale', values['time-scale']),
    tls: values.tls,
    rootPath: values.rootpath,
    applications: whole('applications', values.applications),
    clusters: whole('clusters', values.clusters),
    changeRate: number('change-rate', values['change-rate']),
    idleNoise: values['no-idle-noise'] ? false : undefined,
    seed: whole('seed', values.seed),
    hubs: values.hubs?.split(','),
    argocdVersion: values['argocd-version'],
    trueCost: values['true-cost'],
    shards: whole('shards', values.shards),
    replicaLagsMs: values.replicas
      ?.split(',')
      .map(lag => whole('replicas', lag)!),
  });
  // A signal may come twice, from the terminal and from npm; one is enough.
  let isStopping = false;
  const stopOnce = () => {
    if (isStopping) return;
    isStopping = true;
    void starting.then(({ stop }) => stop()).finally(() => process.exit(0));
  };
  process.on('SIGINT', stopOnce);
  process.on('SIGTERM', stopOnce);
  process.on('SIGHUP', stopOnce);
  const { stop: _, ...facts } = await starting;
  process.stdout.write(`${JSON.stringify(facts)}\n`);
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`--${name} must be a number, not ${text}`);
}

function whole(name: string, text: string | undefined): number | undefined {
  const value = number(name, text);
  if (value === undefined || Number.isInteger(value)) return value;
  throw new Error(`--${name} must be a whole number, not ${text}`);
}

process.on('unhandledRejection', error => {
  process.stderr.write(`hub-simulator: ${(error as Error)?.stack ?? error}\n`);
});

main().catch(error => {
  process.stderr.write(`hub-simulator: ${error.message}\n`);
  process.stderr.write('Try --help.\n');
  process.exit(1);
});
