import { encodeCursor, type PagedList } from '../../../paging';

/** Parts of a path, as they are sent. */
export const PARTS: Record<string, string> = {
  'a way up': '..%2f..%2fhubs',
  'a way up in capitals': '..%2F..%2Fhubs',
  'a way up in dots': '%2e%2e%2f%2e%2e%2fhubs',
  'dots alone': '%2e%2e',
  'one dot': '%2e',
  'a way up, encoded twice': '%252e%252e%252fhubs',
  'a way up with backslashes': '..%5c..%5chubs',
  'an overlong slash': '..%c0%afhubs',
  'a wide slash': '..%ef%bc%8fhubs',
  'a fraction slash': '..%e2%88%95hubs',
  NUL: '%00',
  'NUL in a name': 'agent%00-prod',
  'line breaks and a header': 'x%0d%0aset-cookie:%20a=b',
  'half a code': '%',
  'no UTF-8': '%ff%fe',
  'half a character': '%ed%a0%80',
  'a mark that turns text round': '%e2%80%ae%e2%80%8fdorp',
  'SQL that ends a text': "x'%20OR%20'1'='1",
  'SQL that is another statement': "x';DROP%20TABLE%20applications;--",
  'wildcards of SQL': '%25',
  'a wildcard': '*',
  'a key of JavaScript': '__proto__',
  'another key of JavaScript': 'constructor',
  'an address': 'https:%2f%2fevil.example.com',
  HTML: '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  'a template': '%24%7B7*7%7D%7B%7B7*7%7D%7D',
  'a question mark and a hash': 'x%3Fhub=other%23',
  'ten thousand characters': 'a'.repeat(10_000),
};

/** Names of parameters that any route has, or could have. */
const NAMES = [
  'hub',
  'cluster',
  'environment',
  'project',
  'q',
  'cursor',
  'limit',
  'label',
  'reachability',
  'sync',
  'health',
  'unmapped',
  'from',
  'to',
  'since',
  'hard',
  'dryRun',
];

/** Values of a parameter, with its name in place of `$`. */
const PARAMETERS: Record<string, string> = {
  'SQL that ends a text': "$=x'%20OR%20'1'='1",
  'SQL that is another statement': "$=x');DROP%20TABLE%20applications;--",
  'SQL that waits': '$=x%27%7C%7Cpg_sleep(10)--',
  'a wildcard of SQL': '$=%25',
  'another wildcard of SQL': '$=_',
  'an escape of SQL': '$=%5C',
  'JSON of SQL': "$=%7B%22a%22:%22'%22%7D",
  NUL: '$=%00',
  'NUL in a text': '$=agent%00',
  'half a character': '$=%ed%a0%80',
  'no UTF-8': '$=%ff',
  'two values': '$=a&$=b',
  'a list': '$[]=a&$[]=b',
  'a long list': `$[0]=a${'&$[]=a'.repeat(900)}`,
  'an object': '$[a]=b',
  'a deep object': `$${'[a]'.repeat(500)}=b`,
  'an operator': '$[$ne]=x',
  'a key of JavaScript': '$[__proto__][polluted]=yes',
  'another key of JavaScript': '$[constructor][prototype][polluted]=yes',
  'a number that is none': '$=NaN',
  'a large number': '$=1e999',
  'a negative number': '$=-1',
  'ten thousand characters': `$=${'a'.repeat(10_000)}`,
};

const cursor = (value: unknown) =>
  Buffer.from(
    typeof value === 'string' ? value : JSON.stringify(value),
  ).toString('base64url');

/** Positions of each list, as they should be. */
const POSITIONS: Record<PagedList, Record<string, string | number>> = {
  'application-set': { namespace: 'argocd', name: 'a' },
  'cluster-deployments': { namespace: 'argocd', name: 'a' },
  clusters: { hub: 'main', name: 'a' },
  'entity-deployments': { hub: 'main', namespace: 'argocd', name: 'a' },
  'entity-history': { at: 1, id: 1 },
  explanation: { hub: 'main', name: 'a' },
  fleet: { hub: 'main', cluster: 'x', key: 'argocd/a' },
};

/** What the last part of a position is replaced by. */
const BAD_PARTS: Record<string, unknown> = {
  SQL: "' OR 1=1 --",
  NUL: 'a\0b',
  'half a character': '\ud800',
  'an object': { $gt: '' },
  'a large number': 1e300,
};
const BAD_POSITIONS = Object.entries(POSITIONS).flatMap(([list, position]) =>
  Object.entries(BAD_PARTS).map(([what, bad]) => {
    const last = Object.keys(position).at(-1)!;
    const text = encodeCursor(list as PagedList, { ...position, [last]: bad });
    return [`${what} in a position of ${list}`, text];
  }),
);

const CURSORS: Record<string, string> = {
  'no base64': '%%%',
  'no JSON': cursor('{'),
  null: cursor(null),
  'a list': cursor([]),
  'a deep list': cursor('['.repeat(1_400)),
  'keys of JavaScript': cursor(
    '["clusters",{"__proto__":{"polluted":"yes"},"hub":"a","name":"a"}]',
  ),
  ...Object.fromEntries(BAD_POSITIONS),
};

/** What an attack is, and its query. */
export const QUERIES = [
  ...NAMES.flatMap(name =>
    Object.entries(PARAMETERS).map(([what, text]): [string, string] => [
      `${what} as ${name}`,
      text.replaceAll('$', name),
    ]),
  ),
  ...Object.entries(CURSORS).map(([what, text]): [string, string] => [
    `a cursor with ${what}`,
    `cursor=${encodeURIComponent(text)}`,
  ]),
  ['a key of JavaScript', '__proto__[polluted]=yes&__proto__=x'],
  ['another key of JavaScript', 'constructor[prototype][polluted]=yes'],
  [
    'a thousand parameters',
    Array.from({ length: 900 }, (_, n) => `p${n}=1`).join('&'),
  ],
] as [string, string][];
