import { dataOf } from '../scenarios/fromObjects';
import type { Recording } from './recording';
import type { ReplayDifference } from './Replay';
import { tokenOf } from './tokens';

/** Shorter texts are no secrets, and hiding them would hide everything. */
const LEAST_LENGTH = 6;
const MOST_SHOWN = 300;
/** Names of fields that hold credentials. */
export const SECRET_NAME =
  /password|token|secret|certData|keyData|\.env\.|(?:^|\.)key$/i;

/** One line per difference, with what was recorded and what was simulated. */
export function describe(
  difference: ReplayDifference,
  secrets: string[],
): string {
  const { line, method, url, path, kind, recorded, simulated } = difference;
  const [where] = url.split('?');
  const said = saying(kind, show(recorded), show(simulated));
  return hide(`line ${line} ${method} ${where}: ${path}: ${said}`, secrets);
}

function saying(
  kind: ReplayDifference['kind'],
  recorded: string,
  simulated: string,
): string {
  if (kind === 'missing') return `missing, recorded ${recorded}`;
  if (kind === 'extra') return `extra, simulator ${simulated}`;
  return `recorded ${recorded}, simulator ${simulated}`;
}

/** A text without the secrets in it. */
export function hide(text: string, secrets: string[]): string {
  return secrets.reduce(
    (result, secret) => result.split(secret).join('<secret>'),
    text,
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** Every text of a recording that must not be printed, longest first. */
export function secretsOf({ state, calls }: Recording): string[] {
  const found = new Set<string>();
  for (const object of state.objects) {
    if (object.kind !== 'Secret') continue;
    for (const [key, value] of Object.entries(dataOf(object))) {
      if (key === 'config') collect(parse(value), 'config', found);
      else if (
        SECRET_NAME.test(key) ||
        object.metadata.name === 'argocd-secret'
      ) {
        add(value, found);
      }
    }
  }
  for (const call of calls) {
    add(tokenOf(call) ?? '', found);
    collect(parse(call.request.body ?? ''), '', found);
    const { body } = call.response;
    if (isObject(body) && typeof body.token === 'string')
      add(body.token, found);
  }
  return [...found].sort((a, b) => b.length - a.length);
}

/** Takes every text under a name that sounds like a credential. */
function collect(value: unknown, path: string, found: Set<string>): void {
  if (typeof value === 'string' && SECRET_NAME.test(path)) add(value, found);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    collect(item, `${path}.${key}`, found);
  }
}

function add(text: string, found: Set<string>): void {
  if (text.length >= LEAST_LENGTH) found.add(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
