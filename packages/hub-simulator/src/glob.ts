const compiled = new Map<string, RegExp | undefined>();
const LIMIT = 10_000;

/**
 * A glob as Argo CD's policies and projects use it: `*` and `**` match any
 * characters, slashes too, `?` one, `[a-z]` and `[!a-z]` one of a class, `{a,b}`
 * one of some globs, and a backslash takes the next character literally.
 * A pattern that makes no sense matches nothing.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  if (!compiled.has(pattern)) {
    if (compiled.size >= LIMIT) compiled.clear();
    compiled.set(pattern, compileGlob(pattern));
  }
  return compiled.get(pattern)?.test(text) ?? false;
}

/** A glob as a regular expression for the whole text, undefined when it is none. */
export function compileGlob(pattern: string): RegExp | undefined {
  const chars = [...pattern];
  const source: string[] = [];
  let depth = 0;
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i];
    if (char === '*') source.push('.*');
    else if (char === '?') source.push('.');
    else if (char === '{') {
      depth += 1;
      source.push('(?:');
    } else if (char === '}' && depth) {
      depth -= 1;
      source.push(')');
    } else if (char === ',' && depth) source.push('|');
    else if (char === '[') {
      const end = chars.indexOf(']', i + 1);
      const body = end < 0 ? undefined : classOf(chars.slice(i + 1, end));
      if (!body) return undefined;
      source.push(body);
      i = end;
    } else if (char === '\\') {
      i += 1;
      source.push(escape(chars[i] ?? ''));
    } else source.push(escape(char));
  }
  if (depth) return undefined;
  return new RegExp(`^${source.join('').replace(/(\.\*)+/g, '.*')}$`, 'su');
}

function classOf(body: string[]): string | undefined {
  const isNegated = body[0] === '!';
  const chars = isNegated ? body.slice(1) : body;
  if (!chars.length) return undefined;
  const isRange = chars.length === 3 && chars[1] === '-';
  if (isRange && chars[0] > chars[2]) return undefined;
  const inner = isRange
    ? `${escapeInClass(chars[0])}-${escapeInClass(chars[2])}`
    : chars.map(escapeInClass).join('');
  return `[${isNegated ? '^' : ''}${inner}]`;
}

function escape(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function escapeInClass(char: string): string {
  return char.replace(/[\\^\]\-[]/g, '\\$&');
}
