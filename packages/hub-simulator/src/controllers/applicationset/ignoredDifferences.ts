import type { IgnoredDifference } from '../../types/applicationset';
import type { Application } from '../../types/argocd';

/** Keys and places in lists; `ALL` stands for every place of a list. */
type Path = (string | typeof ALL)[];
const ALL = Symbol('every item');
const STEP =
  /^(?:\.?\[(?:(\d+)|"((?:[^"\\]|\\.)*)")?\]|\."((?:[^"\\]|\\.)*)"|\.([A-Za-z_]\w*))/;

/** What `ignoreApplicationDifferences` of a set leaves alone. */
export class IgnoredDifferences {
  readonly #rules: { name?: string; paths: Path[] }[];

  /** Throws with a sentence that names the path that cannot be understood. */
  static of(rules: readonly IgnoredDifference[] = []): IgnoredDifferences {
    return new IgnoredDifferences(
      rules.map(({ name, jsonPointers = [], jqPathExpressions = [] }) => ({
        name,
        paths: [
          ...jsonPointers.map(readPointer),
          ...jqPathExpressions.map(readJq),
        ],
      })),
    );
  }

  private constructor(rules: { name?: string; paths: Path[] }[]) {
    this.#rules = rules;
  }

  /** An application without what is ignored; a copy unless nothing is. */
  strip<T extends Pick<Application, 'metadata'>>(app: T): T {
    if (!this.#rules.length) return app;
    const copy = structuredClone(app);
    for (const { name, paths } of this.#rules) {
      if (name && name !== app.metadata.name) continue;
      for (const path of paths) remove(copy, path);
    }
    return copy;
  }
}

/**
 * Changes `target` by what differs between two versions of it, as a JSON merge
 * patch would: maps key by key, everything else as a whole.
 */
export function applyDifference<T extends object>(
  target: T,
  before: object,
  after: object,
): void {
  const map = target as Record<string, unknown>;
  const old = before as Record<string, unknown>;
  const wanted = after as Record<string, unknown>;
  for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
    const [from, to] = [old[key], wanted[key]];
    if (JSON.stringify(from) === JSON.stringify(to)) continue;
    if (to === undefined) delete map[key];
    else if (isObject(from) && isObject(to) && isObject(map[key])) {
      applyDifference(map[key], from, to);
    } else map[key] = to;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readPointer(pointer: string): Path {
  return pointer
    .replace(/^\//, '')
    .split('/')
    .map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function readJq(expression: string): Path {
  const path: Path = [];
  let rest = expression.trim();
  while (rest) {
    const step = STEP.exec(rest);
    if (!step) {
      throw new Error(
        `failed to build ignore diff config: the jq path expression ${expression} is not simulated, only plain paths are`,
      );
    }
    const [text, place, bracketed, quoted, name] = step;
    const key = bracketed ?? quoted;
    path.push(
      key === undefined
        ? place ?? name ?? ALL
        : (JSON.parse(`"${key}"`) as string),
    );
    rest = rest.slice(text.length);
  }
  return path;
}

function remove(value: unknown, [step, ...rest]: Path): void {
  if (typeof value !== 'object' || value === null) return;
  if (step === ALL) {
    if (!rest.length && Array.isArray(value)) value.length = 0;
    else for (const item of Object.values(value)) remove(item, rest);
    return;
  }
  const map = value as Record<string, unknown>;
  if (rest.length) remove(map[step], rest);
  else if (Array.isArray(value)) value.splice(Number(step), 1);
  else delete map[step];
}
