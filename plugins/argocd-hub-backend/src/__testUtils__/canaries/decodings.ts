/** Encodings within encodings are followed so far. */
const DEEPEST = 3;

const DECODERS = [percentDecoded, jsonDecoded, htmlDecoded];

/** The text, and what it says to those who decode it, also twice. */
export function decodings(text: string): string[] {
  const all = new Set([text]);
  let last = [text];
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    last = last
      .flatMap(one => DECODERS.map(decode => decode(one)))
      .filter(one => !all.has(one));
    last.forEach(one => all.add(one));
  }
  return [...all];
}

function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, run =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

const CONTROLS: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
};

function jsonDecoded(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(?:u([0-9a-f]{4})|([^u]))/gi, (_, code, character) =>
        code
          ? String.fromCharCode(parseInt(code, 16))
          : CONTROLS[character] ?? character,
      )
    : text;
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function htmlDecoded(text: string): string {
  return text.includes('&')
    ? text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (all, ...codes) =>
        htmlCharacter(all, codes),
      )
    : text;
}

function htmlCharacter(all: string, [hex, decimal, name]: string[]): string {
  if (name) {
    return ENTITIES[name] ?? all;
  }
  const code = hex ? parseInt(hex, 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : all;
}
