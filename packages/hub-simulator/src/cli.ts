import { parseArgs } from 'node:util';
import { startSimulator } from './index';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
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
      tls: { type: 'boolean' },
    },
  });
  const starting = startSimulator({
    scenario: values.scenario,
    port: number('port', values.port),
    controlPort: number('control-port', values['control-port']),
    data: values.data,
    timeScale: number('time-scale', values['time-scale']),
    tls: values.tls,
    applications: number('applications', values.applications),
    clusters: number('clusters', values.clusters),
    changeRate: number('change-rate', values['change-rate']),
    idleNoise: !values['no-idle-noise'],
    seed: number('seed', values.seed),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void starting.then(({ stop }) => stop()).finally(() => process.exit(0));
    });
  }
  const { stop: _, ...facts } = await starting;
  process.stdout.write(`${JSON.stringify(facts)}\n`);
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Error(`--${name} must be a number, not ${text}`);
}

main().catch(error => {
  process.stderr.write(`hub-simulator: ${error.message}\n`);
  process.exit(1);
});
