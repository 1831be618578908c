/**
 * What may differ between two values that are the same for all that matters:
 *
 * - `time`: both are RFC3339 times
 * - `generated`: both are uids, revisions of objects, tokens or other such text
 * - `suffix`: the same but for five random characters at the end
 * - `any`: whatever they are, and even if one of them is missing
 */
export type Tolerance = 'time' | 'generated' | 'suffix' | 'any';

export interface Ignored {
  /**
   * Where: names joined by dots, `[]` for the entries of a list, `*` for any one
   * name, `**` for any number of names.
   */
  path: string;
  tolerance: Tolerance;
  why: string;
}

/** What a replay does not compare, whatever is asked for. */
export const IGNORED: Ignored[] = [
  { path: 'body.**', tolerance: 'time', why: 'clocks differ' },
  { path: 'body.**.uid', tolerance: 'generated', why: 'made at random' },
  {
    path: 'body.**.resourceVersion',
    tolerance: 'generated',
    why: 'counts what happens to a whole cluster',
  },
  {
    path: 'body.token',
    tolerance: 'generated',
    why: 'signed with another key',
  },
  { path: 'headers.set-cookie', tolerance: 'any', why: 'holds a token' },
  {
    path: 'body.**.metadata.name',
    tolerance: 'suffix',
    why: 'generated names end at random',
  },
  {
    path: 'body.**.metadata.managedFields',
    tolerance: 'any',
    why: 'who wrote a field is not simulated',
  },
  {
    path: 'body.**.metadata.generation',
    tolerance: 'any',
    why: 'counts changes since the object was made',
  },
  {
    path: 'body.installationID',
    tolerance: 'generated',
    why: 'made at random',
  },
];

/** Lists without an order of their own, and what tells their entries apart. */
export const UNORDERED: { operation: RegExp; path: string; keys: string[] }[] =
  [
    {
      operation: /^GET \/api\/v1\/clusters(\?|$)/,
      path: 'body.items',
      keys: ['server', 'name'],
    },
    {
      operation: /\/resource-tree(\?|$)/,
      path: 'body.nodes',
      keys: ['group', 'kind', 'namespace', 'name'],
    },
    {
      operation: /\/detailed(\?|$)/,
      path: 'body.clusters',
      keys: ['server', 'name'],
    },
    {
      operation: /^GET \/api\/v1\/account(\?|$)/,
      path: 'body.items',
      keys: ['name'],
    },
  ];

/** Parts of texts that differ from run to run, and what stands for them. */
const VOLATILE: [RegExp, string][] = [
  [/\biat: \d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, 'iat: <time>'],
  [/dial tcp (\d{1,3}(\.\d{1,3}){3}|\[[\da-f:]+\]):\d+/g, 'dial tcp <address>'],
  [/(read|write) tcp [^ ]+->[^ ]+:/g, '$1 tcp <address>-><address>:'],
  [/ on (\d{1,3}(\.\d{1,3}){3}|\[[\da-f:]+\]):53\b/g, ' on <resolver>'],
  [/\b\d+ vs\. 209715200\b/g, '<size> vs. 209715200'],
];

/** A text without what differs from run to run. */
function steady(text: string): string {
  return VOLATILE.reduce(
    (result, [pattern, stand]) => result.replace(pattern, stand),
    text,
  );
}

/** Whether a text is what was recorded; `…` stands there for any text. */
export function isSameText(recorded: string, simulated: string): boolean {
  const [a, b] = [steady(recorded), steady(simulated)];
  if (a === b) return true;
  if (!a.includes('…')) return false;
  const source = a.split('…').map(escape).join('.*');
  return new RegExp(`^${source}$`, 's').test(b);
}

/** A rule for a path that somebody gave on the command line. */
export function ignoring(path: string): Ignored {
  const isWhole = path === 'status' || /^(headers|body)\./.test(path);
  const whole = isWhole ? path : `body.${path}`;
  return { path: whole, tolerance: 'any', why: 'asked for' };
}

const compiled = new Map<string, RegExp>();

/** Whether a place such as `body.items[2].metadata.uid` matches a path. */
export function matches(pattern: string, place: string): boolean {
  let regex = compiled.get(pattern);
  if (!regex) {
    regex = compile(pattern);
    compiled.set(pattern, regex);
  }
  const text = split(place)
    .map(part => `\u0000${part}`)
    .join('');
  return regex.test(text);
}

function compile(pattern: string): RegExp {
  const source = split(pattern).map(part => {
    if (part === '**') return '(?:\u0000[^\u0000]*)*';
    if (part === '*') return '\u0000[^\u0000]*';
    return `\u0000${escape(part)}`;
  });
  return new RegExp(`^${source.join('')}$`);
}

function split(path: string): string[] {
  return path.replace(/\[\d*\]/g, '.[]').split('.');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
