import { invalidConfig } from './invalidConfig';

/**
 * What may stand somewhere: nothing is said of a value, its readers check that.
 *
 * @public
 */
export interface ConfigShape {
  /** The keys of an object. */
  keys?: { [key: string]: ConfigShape };
  /** Each entry of a list, or of an object whose keys are free. */
  each?: ConfigShape;
}

/** More slips than that and it is another word. */
const MOST_SLIPS = 3;

/**
 * Refuses a key that is not known: one that is misspelt and ignored would leave
 * the default in place without a word.
 *
 * @param value - what stands at `path`; undefined where nothing does
 * @throws InputError that names the key and the one that was probably meant
 * @public
 */
export function refuseUnknownKeys(
  value: unknown,
  shape: ConfigShape,
  path: string,
): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const isList = Array.isArray(value);
  for (const [key, part] of Object.entries(value)) {
    const here = isList ? `${path}[${key}]` : `${path}.${key}`;
    if (shape.each) {
      refuseUnknownKeys(part, shape.each, here);
    } else if (shape.keys && !isList) {
      if (!Object.hasOwn(shape.keys, key)) {
        throw invalidConfig(here, unknown(key, Object.keys(shape.keys)));
      }
      refuseUnknownKeys(part, shape.keys[key], here);
    }
  }
}

function unknown(key: string, known: string[]): string {
  const [nearest] = known
    .map(name => ({ name, slips: slipsBetween(key, name) }))
    .sort((one, other) => one.slips - other.slips);
  return nearest.slips <= Math.min(MOST_SLIPS, nearest.name.length / 2)
    ? `is no key that is known here; did you mean '${nearest.name}'?`
    : `is no key that is known here; known are ${known.join(', ')}`;
}

/** How many letters are to be put in, left out or replaced; the case counts for nothing. */
function slipsBetween(one: string, other: string): number {
  const from = one.toLowerCase();
  const to = other.toLowerCase();
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j] + 1, next[j - 1] + 1);
    }
    row = next;
  }
  return row[to.length];
}
