import { strategicPatch } from './patch';

const containers = (...list: object[]) => ({
  spec: { template: { spec: { containers: list } } },
});

describe('strategicPatch', () => {
  it.each([
    [
      'merges items by their key',
      containers({ name: 'a', image: 'a:1', tty: true }, { name: 'b' }),
      containers({ name: 'a', image: 'a:2' }),
      containers({ name: 'a', image: 'a:2', tty: true }, { name: 'b' }),
    ],
    [
      'deletes an item',
      containers({ name: 'a' }, { name: 'b' }),
      containers({ name: 'a', $patch: 'delete' }),
      containers({ name: 'b' }),
    ],
    [
      'replaces a list',
      containers({ name: 'a' }, { name: 'b' }),
      containers({ name: 'c' }, { $patch: 'replace' }),
      containers({ name: 'c' }),
    ],
    [
      'puts items into order',
      { env: [{ name: 'a' }, { name: 'b' }] },
      {
        env: [{ name: 'c' }],
        '$setElementOrder/env': [{ name: 'c' }, { name: 'b' }, { name: 'a' }],
      },
      { env: [{ name: 'c' }, { name: 'b' }, { name: 'a' }] },
    ],
    [
      'joins finalizers and takes some out',
      { metadata: { finalizers: ['a', 'b'] } },
      {
        metadata: {
          finalizers: ['c'],
          '$deleteFromPrimitiveList/finalizers': ['a'],
        },
      },
      { metadata: { finalizers: ['b', 'c'] } },
    ],
    [
      'keeps only some keys',
      { strategy: { type: 'RollingUpdate', rollingUpdate: {} } },
      { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
      { strategy: { type: 'Recreate' } },
    ],
    [
      'replaces lists without a key',
      { rules: [{ verbs: ['get'] }], subjects: [{ name: 'a' }] },
      { rules: [{ verbs: ['list'] }], subjects: [{ name: 'b' }] },
      { rules: [{ verbs: ['list'] }], subjects: [{ name: 'b' }] },
    ],
    [
      'removes with null',
      { data: { a: '1', b: '2' } },
      { data: { a: null } },
      { data: { b: '2' } },
    ],
  ])('%s', (_, target, patch, expected) => {
    expect(strategicPatch(target, patch)).toEqual(expected);
  });
});
