/** Alternatives of one pattern that are tried at most. */
const MOST_ALTERNATIVES = 64;

type Token = '*' | ((char: string) => boolean);

/**
 * A glob as projects of Argo CD hold it: `*` takes any characters, slashes too,
 * `?` one, `[a-z]` and `[!a-z]` one of a class, `{a,b}` one of some globs, and a
 * backslash takes the next character as it is. One that makes no sense matches
 * nothing. The time that it takes grows with the lengths only: patterns come
 * from hubs.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  if (pattern === text && !/[*?[{\\]/.test(pattern)) {
    return true;
  }
  return alternatives(pattern).some(one => {
    const tokens = tokensOf(one);
    return tokens !== undefined && matches(tokens, [...text]);
  });
}

/** Whether it takes any text of these characters, and be it one; the empty one is none. */
export function canMatch(pattern: string, characters: string): boolean {
  const each = [...characters];
  return alternatives(pattern).some(one => {
    const tokens = tokensOf(one) ?? [];
    return (
      tokens.length > 0 &&
      tokens.every(token => token === '*' || each.some(char => token(char)))
    );
  });
}

/** `a{b,c}` as `ab` and `ac`; the innermost braces first, none beyond what is tried. */
function alternatives(pattern: string): string[] {
  let open = [pattern];
  for (;;) {
    const next = open.flatMap(expandOnce);
    if (next.length === open.length) {
      return open;
    }
    if (next.length > MOST_ALTERNATIVES) {
      return [];
    }
    open = next;
  }
}

function expandOnce(pattern: string): string[] {
  const found = /^((?:[^\\]|\\.)*)(?<!\\)\{((?:[^{}\\]|\\.)*)\}(.*)$/su.exec(
    pattern,
  );
  if (!found) {
    return [pattern];
  }
  const [, before, inside, after] = found;
  const parts = inside.split(',');
  // One alternative is none: said twice, so that the caller sees a change.
  return (parts.length > 1 ? parts : [inside, inside]).map(
    part => `${before}${part}${after}`,
  );
}

function tokensOf(pattern: string): Token[] | undefined {
  const chars = [...pattern];
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at];
    if (char === '*') {
      tokens.push('*');
    } else if (char === '?') {
      tokens.push(() => true);
    } else if (char === '[') {
      const end = chars.indexOf(']', at + 1);
      const body = end < 0 ? [] : chars.slice(at + 1, end);
      if (!body.some(one => one !== '!')) return undefined;
      tokens.push(classOf(body));
      at = end;
    } else if (char === '{') {
      return undefined; // never closed
    } else {
      const literal = char === '\\' ? chars[(at += 1)] ?? '' : char;
      tokens.push(one => one === literal);
    }
  }
  return tokens;
}

function classOf(given: string[]): (char: string) => boolean {
  const isNegated = given[0] === '!';
  const body = isNegated ? given.slice(1) : given;
  const isRange = body.length === 3 && body[1] === '-';
  const isIn = (char: string) =>
    isRange ? char >= body[0] && char <= body[2] : body.includes(char);
  return char => isIn(char) !== isNegated;
}

/** Goes back to the last star only, as an earlier one cannot do better. */
function matches(tokens: Token[], chars: string[]): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < chars.length) {
    const current = tokens[token];
    if (current === '*') {
      star = token;
      starAt = at;
      token += 1;
    } else if (current?.(chars[at])) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      token = star + 1;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every(rest => rest === '*');
}
