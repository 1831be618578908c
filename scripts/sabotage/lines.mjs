// Where breakages are to be made, and whether they still can be.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.mjs';
import { root } from '../node.mjs';

const LIST = 'scripts/sabotage/breakages.mjs';

/**
 * Throws where the line to break or the name of the test that should notice is
 * not there (any more), for all such breakages at once.
 */
export function check(breakages) {
  const wrong = breakages.flatMap(breakage =>
    problems(breakage).map(problem => `${breakage.name}\n  ${problem}`),
  );
  if (wrong.length) {
    throw new Failure(
      `${wrong.join('\n\n')}\n\nThe code or its test changed: adjust ${LIST}.`,
    );
  }
}

function problems({ file, line, instead, test, noticedBy }) {
  const found = places(read(file), line).length;
  return [
    line.includes('\n') && 'more than one line is to be broken',
    line === instead && 'nothing is broken: the new line is the old one',
    found !== 1 &&
      `${file} has this line ${found || 'no'} time${
        found > 1 ? 's' : ''
      } instead of once:\n    ${line}`,
    !read(test).includes(noticedBy) &&
      `${test} names no test like this:\n    ${noticedBy}`,
  ].filter(Boolean);
}

/**
 * Breaks the line in a copy of the sources.
 *
 * @returns {() => void} restores it
 */
export function breakIn(copy, { file, line, instead }) {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  const lines = source.split('\n');
  const [at] = places(source, line);
  lines[at] = instead;
  writeFileSync(path, lines.join('\n'));
  return () => writeFileSync(path, source);
}

/** Indices of the lines that are `line`, indentation aside. */
function places(source, line) {
  return source
    .split('\n')
    .flatMap((text, at) => (text.trim() === line ? [at] : []));
}

function read(file) {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
