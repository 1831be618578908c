import { isObject, parsed } from './json';
import { isCredential, isInline } from './secretPaths';

/** Stands where a credential was. */
export const HIDDEN = 'hidden';

/** The claims of a token, which a replay needs, without the proof. */
export function unsigned(token: string): string {
  const [header, payload, ...rest] = token.split('.');
  if (rest.length !== 1) return HIDDEN;
  const claims = parsed(Buffer.from(payload, 'base64url').toString('utf8'));
  return isObject(claims) ? `${header}.${payload}.${HIDDEN}` : HIDDEN;
}

/**
 * A body or an object without credentials: neither under a name that sounds like
 * one, nor in JSON inside a text, nor in a URL or a message.
 *
 * @param path - where the value is, names joined by dots and each after a dot
 */
export function hidden(value: unknown, path = ''): unknown {
  if (typeof value === 'string') return hiddenText(value, path);
  if (typeof value === 'number') return isSecret(path) ? HIDDEN : value;
  if (typeof value === 'boolean') return isInline(path) ? HIDDEN : value;
  if (Array.isArray(value)) {
    return value.map((item, index) => hidden(item, `${path}.${index}`));
  }
  return isObject(value) ? hiddenObject(value, path) : value;
}

function isSecret(path: string): boolean {
  return isCredential(path) || isInline(path);
}

function hiddenObject(value: Record<string, unknown>, path: string): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      hiddenParts(key),
      isSecretData(value, key)
        ? allHidden(item)
        : hidden(item, placeOf(value, key, path)),
    ]),
  );
}

/** Whether a name holds what a Kubernetes Secret keeps. */
function isSecretData({ kind }: Record<string, unknown>, key: string) {
  return kind === 'Secret' && (key === 'data' || key === 'stringData');
}

function allHidden(value: unknown): unknown {
  if (!isObject(value)) return HIDDEN;
  return Object.fromEntries(Object.keys(value).map(key => [key, HIDDEN]));
}

/** Where a value belongs that stands beside its name, as in a JSON patch. */
function placeOf(
  { name, path: pointer }: Record<string, unknown>,
  key: string,
  path: string,
): string {
  if (key !== 'value') return `${path}.${key}`;
  if (typeof pointer === 'string' && pointer.startsWith('/')) {
    return pointer.replace(/\//g, '.');
  }
  const isNamed = typeof name === 'string' && isCredential(`.${name}`);
  return isNamed ? `${path}.${name}` : `${path}.${key}`;
}

function hiddenText(text: string, path: string): string {
  if (!text) return text;
  if (isSecret(path)) return HIDDEN;
  // It is a template, so it cannot be read as YAML.
  if (/\.templatePatch$/.test(path) && /\b(?:helm|plugin|env)"?:/.test(text)) {
    return HIDDEN;
  }
  const value = parsed(text);
  if (typeof value === 'object') return hiddenJson(text, value, path);
  const lines = text.split('\n').map(line => hiddenLine(line, path));
  return hiddenParts(lines.join('\n'));
}

/** JSON stays as it was written when nothing of it is hidden. */
function hiddenJson(text: string, value: unknown, path: string): string {
  const shown = JSON.stringify(hidden(value, path));
  return shown === JSON.stringify(value) ? text : shown;
}

/** A frame of a stream; one that was cut off could hold anything. */
function hiddenLine(line: string, path: string): string {
  const [, prefix = '', json, end] =
    /^(data: ?)?([[{].*?)(\s*)$/.exec(line) ?? [];
  if (!json) return line;
  const value = parsed(json);
  if (typeof value === 'object') {
    return `${prefix}${hiddenJson(json, value, path)}${end}`;
  }
  const isFrame = prefix || json.startsWith('{"');
  return isFrame ? `${prefix}${HIDDEN}${end}` : line;
}

const KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const BEARER = /\b(Bearer|Basic) ([\w.~+/=-]{16,})/gi;
const TOKEN = /(?<![\w-])eyJ[\w-]*\.[\w-]+\.[\w-]*/g;
/** Also as it stands in a path, encoded once or twice. */
const USER =
  /((?::|%(?:25)*3A)(?:\/|%(?:25)*2F){2})((?:(?!%(?:25)*2F)[^\s/?#&"'\\])+)(@|%(?:25)*40)/gi;
/** A password with characters that it should not have; not a port. */
const ODD_USER =
  /(:\/\/)([^\s"'/@:]+:(?!\d+(?:[/?#,\s]|$))[^\s"'@]{0,2000})(@)/g;
const ASSIGNED = /()(?<![\w.-])([\w.-]+)(=)("[^"]*"?|'[^']*'?|[^\s&,;"'}]+)/g;
const QUOTED = /(")([\w.-]+)("\s*:\s*)("(?:[^"\\]|\\.)*"?|[\d.]+)/g;
/** YAML, with the lines of a block. */
const LINE =
  /^([ \t]*(?:- )?["']?)([\w.-]+)(["']?:[ \t]+)([|>][-+\d]*\n(?:[ \t]+.*\n?)*|\S.*$)/gm;

/** A text without the credentials that can be told from what surrounds them. */
export function hiddenParts(text: string): string {
  const user = (all: string, start: string, name: string, end: string) =>
    name === 'git' ? all : `${start}${HIDDEN}${end}`;
  const named = (all: string, start: string, name: string, sign: string) =>
    isCredential(`.${name}`) ? `${start}${name}${sign}${HIDDEN}` : all;
  return text
    .replace(KEY, HIDDEN)
    .replace(BEARER, (_, scheme, token) => `${scheme} ${unsigned(token)}`)
    .replace(TOKEN, unsigned)
    .replace(ODD_USER, user)
    .replace(USER, user)
    .replace(ASSIGNED, named)
    .replace(QUOTED, named)
    .replace(LINE, named);
}
