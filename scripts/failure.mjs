/**
 * Something a person can act on. Its message is all that is printed: what is
 * wrong, then the way out. Any other error is a fault of ours and keeps its
 * stack.
 */
export class Failure extends Error {
  name = 'Failure';
}

/** Runs the main function of a script and turns what it throws into an exit. */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    const text = error instanceof Failure ? error.message : error?.stack;
    process.stderr.write(`\n${text ?? error}\n`);
    process.exitCode = 1;
  }
}
