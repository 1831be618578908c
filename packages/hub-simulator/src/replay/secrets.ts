import { dataOf } from '../scenarios/fromObjects';
import type { GenericObject } from '../types/kubernetes';
import { HIDDEN } from './hiding';
import { isObject, parsed } from './json';
import type { Recording, RecordedRequest } from './recording';
import { isCredential } from './secretPaths';
import { tokenOf } from './tokens';

/** Shorter texts are no secrets, and hiding them would hide everything. */
const LEAST_LENGTH = 6;
const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

/**
 * Every text of a recording that must not be printed, also as it stands in JSON,
 * in URLs and in the data of a Secret; longest first.
 */
export function secretsOf({ state, calls }: Recording): string[] {
  const found = new Set<string>();
  addObjects(state.objects, found);
  collect(state.spokes, '', found);
  for (const { request, response } of calls) {
    addRequest(request, found);
    const { body, events, headers } = response;
    collect(body, '', found);
    collect(events, '', found);
    addCookies(headers?.['set-cookie'], found);
  }
  return written(found);
}

/** The same of the objects of a hub, of a request to it, and of its token. */
export function secretsIn(given: {
  objects?: readonly GenericObject[];
  request?: RecordedRequest;
  token?: string;
}): string[] {
  const found = new Set<string>();
  addObjects(given.objects ?? [], found);
  if (given.request) addRequest(given.request, found);
  add(given.token ?? '', found);
  return written(found);
}

/** A value with all secrets in its texts and names replaced. */
export function redact(
  value: unknown,
  secrets: readonly string[],
  stand = '<secret>',
): unknown {
  if (typeof value === 'string') return hide(value, secrets, stand);
  if (typeof value === 'number') {
    return secrets.includes(String(value)) ? stand : value;
  }
  if (Array.isArray(value)) {
    return value.map(item => redact(item, secrets, stand));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      hide(key, secrets, stand),
      redact(item, secrets, stand),
    ]),
  );
}

/** A text without the secrets in it. */
export function hide(
  text: string,
  secrets: readonly string[],
  stand = '<secret>',
): string {
  return secrets.reduce(
    (result, secret) => result.split(secret).join(stand),
    text,
  );
}

function addObjects(objects: readonly GenericObject[], found: Set<string>) {
  for (const object of objects) {
    if (object.kind === 'Secret') addSecret(object, found);
    else collect(object, '', found);
  }
}

function addSecret(secret: GenericObject, found: Set<string>): void {
  const isTyped = Boolean(secret.metadata.labels?.[SECRET_TYPE]);
  for (const [key, value] of Object.entries(dataOf(secret))) {
    if (key === 'config') collect(parsed(value), '.config', found);
    // Only ids of tokens.
    else if (/^accounts\..*\.tokens$/.test(key)) continue;
    else if (!isTyped || isCredential(`.${key}`)) add(value, found);
  }
}

function addRequest(request: RecordedRequest, found: Set<string>): void {
  const { headers, body } = request;
  const { authorization = '' } = headers;
  add(tokenOf({ request }) ?? '', found);
  add(/^\S+ (.+)$/.exec(authorization)?.[1] ?? authorization, found);
  add(headers['grpc-metadata-token'] ?? '', found);
  addCookies(headers.cookie, found);
  collect(parsed(body ?? ''), '', found);
}

function addCookies(cookies: string | undefined, found: Set<string>): void {
  for (const [, token] of (cookies ?? '').matchAll(
    /argocd\.token[^=;]*=([^;,\s]+)/g,
  )) {
    add(token, found);
  }
}

/** Takes every text under a name that sounds like a credential. */
function collect(value: unknown, path: string, found: Set<string>): void {
  if (typeof value === 'string' || typeof value === 'number') {
    if (isCredential(path)) add(String(value), found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    collect(item, `${path}.${key}`, found);
  }
}

function add(text: string, found: Set<string>): void {
  if (text.length >= LEAST_LENGTH && text !== HIDDEN) found.add(text);
}

/** Each secret as it may be written, longest first. */
function written(found: ReadonlySet<string>): string[] {
  const all = new Set([...found].flatMap(waysToWrite));
  return [...all].sort((a, b) => b.length - a.length);
}

function waysToWrite(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  // As Go writes it.
  const escaped = json.replace(
    /[<>&]/g,
    each => `\\u00${each.charCodeAt(0).toString(16)}`,
  );
  // Half a surrogate pair cannot be encoded.
  const encoded = encodeURIComponent(Buffer.from(secret).toString());
  const data = Buffer.from(secret).toString('base64');
  return [secret, json, escaped, encoded, data];
}
