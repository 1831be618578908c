import { Readable } from 'node:stream';
import fc from 'fast-check';
import { ItemSplitter, readItems } from './readItems';

const item = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));
const rest = fc.dictionary(
  fc.string().filter(key => key !== 'items'),
  fc.jsonValue({ maxDepth: 3 }),
);
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), {
  minLength: 1,
  maxLength: 20,
});

function feed(text: string, sizes: number[]): ItemSplitter<unknown> {
  const splitter = new ItemSplitter();
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length];
    splitter.feed(text.slice(at, at + size));
    at += size;
  }
  return splitter;
}

describe('ItemSplitter', () => {
  it('finds the items of every list, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(item), rest, rest, cuts, (items, a, b, sizes) => {
        const text = JSON.stringify({ ...a, items, ...b });
        const splitter = feed(text, sizes);
        expect(splitter.items).toEqual(JSON.parse(text).items);
        expect(splitter.isComplete).toBe(true);
      }),
    );
  });

  it('finds none in a list that is null, or that has other items inside', () => {
    for (const text of [
      '{"metadata":{},"items":null}',
      '{"metadata":{"items":[{"a":1}]}}',
      '{"other":[{"items":[{"a":1}]}],"items":[]}',
    ]) {
      const splitter = feed(text, [3]);
      expect(splitter.items).toEqual([]);
      expect(splitter.isComplete).toBe(true);
    }
  });
});

describe('readItems', () => {
  it('hands over each item while the list arrives, and keeps none', async () => {
    const seen: number[] = [];
    const at: number[] = [];
    const pieces = ['{"items":[{"a":1},', '{"a":2},{"a"', ':3}]}'];
    async function* body() {
      for (const piece of pieces) {
        at.push(seen.length);
        yield Buffer.from(piece);
      }
    }
    const kept = await readItems<{ a: number }>(
      Readable.from(body(), { highWaterMark: 0 }),
      100,
      async ({ a }) => {
        await Promise.resolve();
        seen.push(a);
      },
    );
    expect(kept).toEqual([]);
    expect(seen).toEqual([1, 2, 3]);
    expect(at[2]).toBeGreaterThan(0);
  });

  it.each(['{"items":[{"a":1},', '', '<html>'])(
    'refuses %p, which is no complete list',
    async text => {
      await expect(
        readItems(Readable.from([Buffer.from(text)]), 100),
      ).rejects.toThrow(/no complete JSON/);
    },
  );

  it('refuses more than it was told to take', async () => {
    const body = Readable.from([Buffer.alloc(60, ' '), Buffer.alloc(60, ' ')]);
    await expect(readItems(body, 100)).rejects.toThrow(/larger than 100 bytes/);
  });

  it('keeps characters whole that a chunk cuts', async () => {
    const bytes = Buffer.from('{"items":[{"name":"größe 🚀"}]}');
    const body = Readable.from([...bytes].map(byte => Buffer.from([byte])));
    expect(await readItems(body, 1_000)).toEqual([{ name: 'größe 🚀' }]);
  });
});
