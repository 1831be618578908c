import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inBenchmarks, root } from './paths';
import { Place } from './Place';
import { CASES, planOf, UsageError } from './plan';
import { Child } from './processes/Child';
import { Report } from './report/Report';
import { runBenchmarks } from './run';
import { FULL, QUICK } from './settings';

const HELP = `Usage: npm run bench -- [options]

  --quick               two sizes and few rounds: under three minutes
  --sizes A,B           only hubs with so many applications
  --only A,B            only these cases, on the hubs of --sizes or where they belong:
                        ${CASES.slice(0, 7).join(', ')},
                        ${CASES.slice(7).join(', ')}
  --live                the same as --only live
  --ours-only           without the incumbents
  --same-node           the incumbents on the same Node as ours
  --postgres            all on the PostgreSQL in BENCH_POSTGRES, not only the two
                        replicas of live, which need one

All of it is written into results/latest.json; with --sizes, --only or --live
into results/partial.json.
`;

/** Resolves with whether something failed. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      sizes: { type: 'string' },
      only: { type: 'string' },
      live: { type: 'boolean', default: false },
      'ours-only': { type: 'boolean', default: false },
      'same-node': { type: 'boolean', default: false },
      postgres: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return false;
  }
  const { quick, live, sizes } = values;
  const only = live ? [values.only, 'live'].join() : values.only;
  const plan = planOf({ quick, sizes, only });
  const postgres = values.postgres ? process.env.BENCH_POSTGRES : undefined;
  if (values.postgres && !postgres) {
    throw new UsageError('--postgres needs its address in BENCH_POSTGRES');
  }
  const place = new Place({
    postgres,
    directory: join(root, '.cache', 'bench'),
    incumbentsNode: values['same-node']
      ? process.execPath
      : process.env.BENCH_INCUMBENTS_NODE ?? process.execPath,
  });
  const report = new Report();
  const begin = performance.now();
  await runBenchmarks({
    place,
    report,
    plan,
    settings: quick ? QUICK : FULL,
    withIncumbents: !values['ours-only'],
  });
  const seconds = Math.round((performance.now() - begin) / 1000);
  const name = plan.isPartial ? 'partial.json' : 'latest.json';
  report.save(inBenchmarks('results', name), {
    seconds,
    quick,
    database: postgres ? 'PostgreSQL' : 'SQLite',
  });
  process.stdout.write(
    `\n${report.text()}\n${seconds} s; all of it is in benchmarks/results/${name}\n`,
  );
  return report.failed;
}

function isUsage(error: Error & { code?: string }): boolean {
  const isOfArguments = error.code?.startsWith('ERR_PARSE_ARGS');
  return error instanceof UsageError || Boolean(isOfArguments);
}

process.on('exit', () => Child.killAll());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(130));
}
main().then(
  failed => process.exit(failed ? 1 : 0),
  error => {
    process.stderr.write(`\n${isUsage(error) ? error.message : error.stack}\n`);
    process.exit(1);
  },
);
