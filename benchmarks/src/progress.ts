/** Tells who waits what is being done, and since when. */
export function say(what: string): void {
  process.stderr.write(
    `  ${Math.round(performance.now() / 1000)} s: ${what}…\n`,
  );
}
