import { compare } from './compare';
import { IGNORED, ignoring, matches } from './ignored';

const options = { operation: 'GET /api/v1/applications', ignored: IGNORED };
const T1 = '2026-08-12T10:00:00Z';
const T2 = '2026-11-21T12:00:00Z';

describe('two answers', () => {
  it.each<[string, unknown, unknown]>([
    ['times', { a: T1 }, { a: T2 }],
    ['uids', { metadata: { uid: 'a' } }, { metadata: { uid: 'b' } }],
    ['tokens', { token: 'a' }, { token: 'b' }],
    [
      'issue times in refusals',
      { message: `permission denied: a, b, c, sub: x, iat: ${T1}` },
      { message: `permission denied: a, b, c, sub: x, iat: ${T2}` },
    ],
    [
      'addresses behind names',
      { message: 'dial tcp 10.1.2.3:443: connect: connection refused' },
      { message: 'dial tcp 10.9.9.9:443: connect: connection refused' },
    ],
    [
      'random ends of names',
      { metadata: { name: 'token-x7k2p' } },
      { metadata: { name: 'token-8dmqz' } },
    ],
    [
      'text left open',
      { message: 'Get "…": EOF' },
      { message: 'Get "x": EOF' },
    ],
  ])('are the same but for %s', (_, recorded, simulated) => {
    expect(compare(recorded, simulated, 'body', options)).toEqual([]);
  });

  it.each<[string, unknown, unknown, object]>([
    ['a time that is null', { a: T1 }, { a: null }, { path: 'body.a' }],
    ['a uid left out', { uid: 'a' }, {}, { path: 'body.uid', kind: 'missing' }],
    [
      'a time with milliseconds',
      { a: T1 },
      { a: '2026-11-21T12:00:00.123Z' },
      { path: 'body.a', kind: 'changed' },
    ],
    ['a number as text', { a: 1 }, { a: '1' }, { path: 'body.a' }],
    [
      'another field',
      { a: {} },
      { a: { b: 1 } },
      { path: 'body.a.b', kind: 'extra', simulated: 1 },
    ],
    [
      'a shorter list',
      { items: [1, 2] },
      { items: [1] },
      { path: 'body.items[1]', kind: 'missing', recorded: 2 },
    ],
    ['no list', { items: null }, { items: [] }, { path: 'body.items' }],
  ])('differ by %s', (_, recorded, simulated, difference) => {
    expect(compare(recorded, simulated, 'body', options)).toEqual([
      expect.objectContaining(difference),
    ]);
  });

  it('F1.3.1 lists clusters in any order', () => {
    const [a, b] = [
      { server: 'a', name: 'a' },
      { server: 'b', name: 'b' },
    ];
    const clusters = { ...options, operation: 'GET /api/v1/clusters' };
    const recorded = { items: [a, b] };
    expect(compare(recorded, { items: [b, a] }, 'body', clusters)).toEqual([]);
    expect(
      compare(recorded, { items: [{ ...b, labels: {} }, a] }, 'body', clusters),
    ).toEqual([{ path: 'body.items[1].labels', kind: 'extra', simulated: {} }]);
    expect(compare(recorded, { items: [b, a] }, 'body', options)).not.toEqual(
      [],
    );
  });

  it('are not compared where somebody asks for it', () => {
    const ignored = [...IGNORED, ignoring('items[].status')];
    const recorded = { items: [{ status: 1 }, { status: 2 }] };
    const simulated = { items: [{ status: 3 }, {}] };
    expect(
      compare(recorded, simulated, 'body', { ...options, ignored }),
    ).toEqual([]);
  });
});

describe('a path', () => {
  it.each([
    ['body.**.uid', 'body.items[3].metadata.uid', true],
    ['body.**.uid', 'body.uid', true],
    ['body.items[].name', 'body.items[12].name', true],
    ['body.*.name', 'body.a.b.name', false],
    ['body.uid', 'body.uidx', false],
  ])('%s and %s: %s', (pattern, place, expected) => {
    expect(matches(pattern, place)).toBe(expected);
  });
});
