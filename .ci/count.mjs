// Prints "<passed> <failed>" of a test report:
//   node .ci/count.mjs jest|playwright <report.json> <exit code of the run>
// A skipped or flaky test counts as failed, and a run that ended badly counts
// one failure even where every test that it reports is good.
import { readFileSync } from 'node:fs';

const readers = {
  jest: report => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  }),
  playwright: ({ stats, errors }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  }),
};

const [kind, file, exitCode] = process.argv.slice(2);
const report = JSON.parse(readFileSync(file, 'utf8'));
const { passed, failed, skipped } = readers[kind](report);
if (skipped > 0) console.error(`${skipped} tests were skipped.`);
const bad = failed + skipped;
console.log(passed, exitCode === '0' ? bad : Math.max(bad, 1));
