import { gzipSync } from 'node:zlib';

const json = { 'content-type': 'application/json' };
const gzip = { ...json, 'content-encoding': 'gzip' };
/** By what is wrong with them. */
export const BODIES: Record<
  string,
  { body: string | Buffer; headers: Record<string, string> }
> = {
  '1.6 MB': {
    body: JSON.stringify({ name: 'x'.repeat(1_600_000) }),
    headers: json,
  },
  '1.4 MB of lists in lists': { body: '['.repeat(1_400_000), headers: json },
  '1.4 MB of lists in lists that end': {
    body: '['.repeat(700_000) + ']'.repeat(700_000),
    headers: json,
  },
  '1 MB of objects in objects': {
    body: `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`,
    headers: json,
  },
  '100,000 labels': {
    body: JSON.stringify({
      name: 'x',
      credential: { name: 'x' },
      labels: Object.fromEntries(
        Array.from({ length: 100_000 }, (_, n) => [n, '']),
      ),
    }),
    headers: json,
  },
  'half a JSON': { body: '{"name": "x', headers: json },
  'no JSON': { body: '<xml/>', headers: json },
  nothing: { body: '', headers: json },
  null: { body: 'null', headers: json },
  'a number': { body: '7', headers: json },
  'a text': { body: '"x"', headers: json },
  'a list': { body: '[{"name":"x"}]', headers: json },
  'another type': {
    body: '{"name":"x"}',
    headers: { 'content-type': 'text/xml' },
  },
  'a form': {
    body: 'name=x&labels[__proto__][polluted]=yes',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  'a character set that is none': {
    body: '{}',
    headers: { 'content-type': 'application/json; charset=evil' },
  },
  'UTF-16': {
    body: Buffer.from('{"name":"x"}', 'utf16le'),
    headers: { 'content-type': 'application/json; charset=utf-16le' },
  },
  'no gzip': { body: '{"name":"x"}', headers: gzip },
  'half a gzip': {
    body: gzipSync('{"name":"x"}').subarray(0, 15),
    headers: gzip,
  },
  'a coding that is none': {
    body: '{}',
    headers: { ...json, 'content-encoding': 'evil' },
  },
  'gzip of 50 MB': {
    body: gzipSync(Buffer.alloc(50_000_000, ' ')),
    headers: gzip,
  },
  'keys of JavaScript': {
    body: '{"name":"x","__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"labels":{"__proto__":{"polluted":"yes"}},"credential":{"__proto__":{"name":"x"}}}',
    headers: json,
  },
  'labels with keys of JavaScript': {
    body: '{"name":"x","hub":"main","credential":{"name":"x"},"labels":{"__proto__":"yes","constructor":"yes"}}',
    headers: json,
  },
  'a name with a path': {
    body: '{"name":"../../x","hub":"../x","credential":{"name":"../../etc/passwd"}}',
    headers: json,
  },
  'NUL in names': {
    body: JSON.stringify({
      name: 'a\0',
      hub: 'main',
      entityRefs: ['a:b/c\0'],
      credential: { name: 'x' },
      labels: { 'a\0': 'b\0' },
    }),
    headers: json,
  },
  'many refs': {
    body: JSON.stringify({
      entityRefs: Array.from(
        { length: 50_000 },
        (_, n) => `component:default/a${n}`,
      ),
    }),
    headers: json,
  },
  'refs that are none': {
    body: JSON.stringify({
      entityRefs: ['__proto__', '../../x', '', 7, null, {}, "a:b/c' OR 1=1"],
    }),
    headers: json,
  },
  'other types': {
    body: '{"name":{},"hub":[],"labels":7,"credential":"x","entityRefs":{},"destinationNamespaces":"x"}',
    headers: json,
  },
};
