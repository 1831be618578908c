// Do the tests notice? Breaks one line of the product at a time, in a copy, and
// runs the tests that are there to notice: each must turn red.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Failure, run } from './failure.mjs';
import { breakages } from './sabotage/breakages.mjs';
import { copySources, removeCopies } from './sabotage/copy.mjs';
import { breakIn, check } from './sabotage/lines.mjs';
import { killTests, runTests } from './sabotage/tests.mjs';
import { prepare } from './setup.mjs';

const HELP = `Usage: npm run sabotage [-- [--check] <part of a name>…]

Breaks one line of the product at a time, in a copy, and runs the tests that
should notice. Without a name, all of these:
${breakages.map(({ name }) => `  ${name}`).join('\n')}

  --check  only look whether each line to break, and its test, is still there
`;
const WAY_OUT = `Where a test stays green it does not see enough: let it, or write one beside the
code and name it in scripts/sabotage/breakages.mjs. Where it is red or does not
run before anything is broken, mend that first: npm test -- <its file>`;
/** More side by side make the tests wait for each other, and time out. */
const MOST_COPIES = 2;

await run(async () => {
  const options = readOptions();
  if (options.help) {
    console.log(HELP);
    return;
  }
  check(options.chosen);
  if (options.check) {
    console.log(
      `All ${options.chosen.length} lines to break are there, and the names of the tests that notice.`,
    );
    return;
  }
  const stopping = stopWhenAsked();
  const began = performance.now();
  const chosen = await prepare({ signal: stopping });
  try {
    const unnoticed = await sabotage(chosen, options.chosen, stopping);
    summarize({ all: options.chosen, unnoticed, began });
  } finally {
    killTests();
    removeCopies();
  }
});

function readOptions() {
  const { values, positionals } = parse();
  const parts = positionals.map(part => part.toLowerCase());
  const chosen = breakages.filter(
    ({ name }) =>
      !parts.length || parts.some(part => name.toLowerCase().includes(part)),
  );
  if (!chosen.length) {
    throw new Failure(
      `No breakage is called so: ${positionals.join(' ')}\n\n${HELP}`,
    );
  }
  return { ...values, chosen };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Failure(`${error.message}\n\n${HELP}`);
  }
}

/** Answers the names of those that no test noticed. */
async function sabotage({ node, env }, chosen, stopping) {
  const copies = copySources(
    Math.min(MOST_COPIES, availableParallelism(), chosen.length),
  );
  const greenOnes = await onlyGreen({ node, env, copy: copies[0] }, chosen);
  const queue = greenOnes.values();
  const unnoticed = chosen.filter(breakage => !greenOnes.includes(breakage));
  await Promise.all(
    copies.map(async copy => {
      for (const breakage of queue) {
        stopping.throwIfAborted();
        if (!(await isNoticed({ node, env, copy }, breakage))) {
          unnoticed.push(breakage);
        }
      }
    }),
  );
  return unnoticed.map(({ name }) => name);
}

/** A test that is red anyway would notice everything. */
async function onlyGreen(place, chosen) {
  const began = performance.now();
  console.log('Running the tests that should notice, with nothing broken…');
  const outcomeOf = await runTests(place, chosen);
  const green = chosen.filter(breakage => {
    const { passed, failed, told } = outcomeOf(breakage);
    const isGreen = passed.length > 0 && !failed.length;
    if (!isGreen) {
      const what = failed.length ? 'is red' : 'did not run';
      console.log(`✗ ${breakage.name}`);
      print(`its test ${what}, though nothing is broken:`, ...told);
    }
    return isGreen;
  });
  console.log(
    `${green.length} of ${chosen.length} are green (${since(began)})\n`,
  );
  return green;
}

async function isNoticed(place, breakage) {
  const began = performance.now();
  console.log(`… ${breakage.name}`);
  const restore = breakIn(place.copy, breakage);
  const outcomeOf = await runTests(place, [breakage]).finally(restore);
  const { passed, failed, told } = outcomeOf(breakage);
  console.log(
    `${failed.length ? '✓' : '✗'} ${breakage.name} (${since(began)})`,
  );
  if (failed.length) {
    const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
    print(`noticed by: ${failed[0]}${more}`);
    return true;
  }
  print(
    `in ${breakage.file}:`,
    `- ${breakage.line}`,
    `+ ${breakage.instead}`,
    ...(passed.length
      ? [`yet green: ${passed.join('; ')}`]
      : ['its test could not run, which proves nothing:', ...told]),
  );
  return false;
}

function summarize({ all, unnoticed, began }) {
  const noticed = all.length - unnoticed.length;
  console.log(
    `\n${noticed} of ${all.length} breakages were noticed (${since(began)}).`,
  );
  if (unnoticed.length) {
    throw new Failure(
      `Not noticed:\n${unnoticed
        .map(name => `  ${name}`)
        .join('\n')}\n\n${WAY_OUT}`,
    );
  }
}

/** Nothing goes on or is left behind when we end early. */
function stopWhenAsked() {
  const stopping = new AbortController();
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
  for (const [signal, code] of Object.entries(codes)) {
    process.on(signal, () => {
      stopping.abort();
      killTests();
      removeCopies();
      process.exit(code);
    });
  }
  return stopping.signal;
}

function print(...lines) {
  lines.forEach(line => console.log(`    ${line}`));
}

function since(began) {
  return `${Math.round((performance.now() - began) / 1_000)} s`;
}
