import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inBenchmarks, root } from './paths';
import { Child } from './processes/Child';
import { Place } from './Place';
import { Report } from './report/Report';
import { runBenchmarks } from './run';
import { FULL, QUICK } from './settings';

const HELP = `Usage: npm run bench -- [options]

  --quick               two sizes and few rounds: under three minutes
  --sizes A,B           only hubs with so many applications
  --live                only the way of a change to open pages; needs no incumbents
  --ours-only           without the incumbents
  --same-node           the incumbents on the same Node as ours
`;

/** Resolves with whether something failed. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      sizes: { type: 'string' },
      live: { type: 'boolean', default: false },
      'ours-only': { type: 'boolean', default: false },
      'same-node': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return false;
  }
  const settings = values.quick ? QUICK : FULL;
  const wanted = values.live ? [] : values.sizes?.split(',').map(Number);
  const place = new Place({
    directory: join(root, '.cache', 'bench'),
    incumbentsNode: values['same-node']
      ? process.execPath
      : process.env.BENCH_INCUMBENTS_NODE ?? process.execPath,
  });
  const report = new Report();
  const begin = performance.now();
  const sizes = wanted
    ? FULL.sizes.filter(({ applications }) => wanted.includes(applications))
    : settings.sizes;
  if (sizes.length === 0 && !values.live) {
    const known = FULL.sizes.map(({ applications }) => applications);
    throw new Error(`--sizes takes some of ${known.join(',')}`);
  }
  const liveAt = wantedLive(values) ? FULL.liveAt : undefined;
  await runBenchmarks({
    place,
    report,
    settings: {
      ...settings,
      sizes,
      liveAt,
    },
    withIncumbents: !values['ours-only'],
  });
  const seconds = Math.round((performance.now() - begin) / 1000);
  const results = inBenchmarks('results', 'latest.json');
  report.save(results, {
    seconds,
    quick: settings.quick,
    database: process.env.BENCH_POSTGRES ? 'PostgreSQL' : 'SQLite',
  });
  process.stdout.write(
    `\n${report.text()}\n${seconds} s; all of it is in benchmarks/results/latest.json\n`,
  );
  return report.failed;
}

/** Asked for by name, or part of all there is. */
function wantedLive(options: {
  live?: boolean;
  quick?: boolean;
  sizes?: string;
}): boolean {
  const { live, quick, sizes } = options;
  return Boolean(live) || !(quick || sizes);
}

process.on('exit', () => Child.killAll());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(130));
}
main().then(
  failed => process.exit(failed ? 1 : 0),
  error => {
    process.stderr.write(`\n${error.stack ?? error}\n`);
    process.exit(1);
  },
);
