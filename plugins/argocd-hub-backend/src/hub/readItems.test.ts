import fc from 'fast-check';
import { ItemSplitter } from './ItemSplitter';
import { readItems } from './readItems';

jest.setTimeout(60_000);

const item = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));
const rest = fc.dictionary(
  fc.string().filter(key => key !== 'items'),
  fc.jsonValue({ maxDepth: 3 }),
);
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), {
  minLength: 1,
  maxLength: 20,
});

function itemsOf(text: string, sizes: number[]): unknown {
  const splitter = new ItemSplitter('items');
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length];
    splitter.feed(text.slice(at, at + size));
    at += size;
  }
  const items = splitter.take();
  return splitter.finish() ? items : undefined;
}

async function* pieces(...texts: (string | Buffer)[]) {
  for (const text of texts) {
    yield Buffer.from(text);
  }
}

describe('ItemSplitter', () => {
  it('finds the items of every list, however it is cut or indented', () => {
    const indent = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(
        fc.array(item),
        rest,
        rest,
        cuts,
        indent,
        (items, a, b, sizes, space) => {
          const text = JSON.stringify({ ...a, items, ...b }, null, space);
          expect(itemsOf(text, sizes)).toEqual(JSON.parse(text).items);
        },
      ),
    );
  });

  it('never takes part of a list for all of it', () => {
    fc.assert(
      fc.property(fc.array(item), rest, fc.nat(), (items, a, cut) => {
        const text = JSON.stringify({ ...a, items });
        const part = text.slice(0, cut % text.length);
        expect(() => itemsOf(part, [16])).toThrow(/no complete JSON/);
      }),
    );
  });

  it.each<[string, unknown]>([
    ['{"metadata":{},"items":null}', []],
    ['{"items":[],"metadata":{"items":[{"a":1}]}}', []],
    ['{"other":[{"items":[{"a":1}]}],"items":[]}', []],
    ['{"x\\"items":[{"a":1}],"items":[{"b":2}]}', [{ b: 2 }]],
    ['{"metadata":{"resourceVersion":"7"},"items":[{"b":2}]}', [{ b: 2 }]],
    ['{"metadata":{"items":[{"a":1}]}}', undefined],
    ['{}', undefined],
  ])('reads %s', (text, expected) => {
    expect(itemsOf(text, [3])).toEqual(expected);
    expect(itemsOf(text, [1_000])).toEqual(expected);
  });

  it.each([
    '[{"a":1}]',
    'null',
    '7',
    '{"items":{"a":1}}',
    '{"items":"none"}',
    '{"items":[1]}',
    '{"items":[{"a":1},null]}',
    '{"items":[[{"a":1}]]}',
    '{"items":[{"a":1}{"b":2}]}',
    '{"items":[{"a":1}],"items":[]}',
    '{"items":[{"a":1}]}{"items":[]}',
    '{"items":[{"a":1}]}}',
    '{"items":[{"a":}]}',
    '{"items":[{"a":1}],"items":[{"b":2},null]}',
    '{"items":[{"a":1},,{"b":2}]}',
    '{"items":[{"a":1},{"b":2},]}',
    '{"items":[{"a":1},7,{"b":2}]}',
    '{"other":{],"items":[]}',
  ])('refuses %s', text => {
    expect(() => itemsOf(text, [5])).toThrow(/The hub sent/);
  });
});

describe('readItems', () => {
  it('hands over each item while the list arrives, and keeps none', async () => {
    const seen: number[] = [];
    const seenBefore: number[] = [];
    async function* body() {
      for (const piece of ['{"items":[{"a":1},', '{"a":2},{"a"', ':3}]}']) {
        seenBefore.push(seen.length);
        yield Buffer.from(piece);
      }
    }
    const kept = await readItems<{ a: number }>(body(), {
      largest: 100,
      onItem: async ({ a }) => {
        await Promise.resolve();
        seen.push(a);
      },
    });
    expect(kept).toEqual([]);
    expect(seen).toEqual([1, 2, 3]);
    expect(seenBefore).toEqual([0, 1, 2]);
  });

  it.each(['{"items":[{"a":1},', '', '<html>'])(
    'refuses %p, which is no complete list',
    async text => {
      await expect(readItems(pieces(text), { largest: 100 })).rejects.toThrow(
        /no complete JSON/,
      );
    },
  );

  it('refuses an answer without items, unless it may lack them', async () => {
    const text = '{"message":"maintenance"}';
    await expect(readItems(pieces(text), { largest: 100 })).rejects.toThrow(
      'The hub answered without items',
    );
    expect(
      await readItems(pieces(text), { largest: 100, mayLack: true }),
    ).toEqual([]);
  });

  it('refuses more than it was told to take', async () => {
    const body = pieces(Buffer.alloc(60, ' '), Buffer.alloc(60, ' '));
    await expect(readItems(body, { largest: 100 })).rejects.toThrow(
      /larger than 100 bytes/,
    );
  });

  it('refuses one item without end', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const body = pieces('{"items":[{"a":"', ...Array(17).fill(megabyte));
    await expect(readItems(body, { largest: Infinity })).rejects.toThrow(
      /an item of more than 8388608 characters/,
    );
  });

  it.each<[string, string, RegExp]>([
    ['"x":[],', '"items":[]}', /characters around its items/],
    ['"x":"y",', '"items":[]}', /characters around its items/],
    ['', `"items":[${'[],'.repeat(30_000)}]}`, /characters around its items/],
    ['', `"items":[{"a":[${'{},'.repeat(250_000)}{}]}]}`, /250000 parts/],
  ])('refuses a list that has much of %p', async (often, end, why) => {
    const body = pieces('{', ...Array(300).fill(often.repeat(8_000)), end);
    await expect(readItems(body, { largest: Infinity })).rejects.toThrow(why);
  });

  it('passes over what is around the items, however much it is', async () => {
    const much = '{"a":[{},"]",{}]},'.repeat(8_000);
    const body = pieces(
      '{"orphans":[',
      ...Array(20).fill(much),
      '{}],"items":[{"b":2}],"hosts":{"c":[',
      ...Array(20).fill(much),
      '{}]}}',
    );
    expect(await readItems(body, { largest: Infinity })).toEqual([{ b: 2 }]);
  });

  it('takes more items than there is room for what is around them', async () => {
    const items = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    const text = JSON.stringify({ items }, null, 1);
    expect(await readItems(pieces(text), { largest: Infinity })).toEqual(items);
  });

  it('refuses more items than it was told to take', async () => {
    const body = pieces('{"items":[{},{},{}]}');
    await expect(readItems(body, { largest: 100, most: 2 })).rejects.toThrow(
      'more than 2 items',
    );
  });

  it('refuses to keep items of more parts than there is memory for', async () => {
    const large = `{"a":[${'{},'.repeat(200_000)}{}]},`;
    const body = () => pieces('{"items":[', ...Array(12).fill(large), '{}]}');
    await expect(readItems(body(), { largest: Infinity })).rejects.toThrow(
      /2000000 parts/,
    );
    let told = 0;
    await readItems(body(), { largest: Infinity, onItem: () => void told++ });
    expect(told).toBe(13);
  });

  it('keeps characters whole that a chunk cuts', async () => {
    const bytes = Buffer.from('{"items":[{"name":"größe 🚀"}]}');
    const body = pieces(...[...bytes].map(byte => Buffer.from([byte])));
    expect(await readItems(body, { largest: 1_000 })).toEqual([
      { name: 'größe 🚀' },
    ]);
  });

  it('lets others have their turn, however much comes at once', async () => {
    const text = JSON.stringify({
      items: Array.from({ length: 100_000 }, (_, id) => ({ id })),
    });
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    await readItems(pieces(text), { largest: Infinity });
    clearInterval(counting);
    expect(turns).toBeGreaterThan(1);
  });
});
