import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { gunzipSync } from 'node:zlib';
import { gzipHead, gzipOf } from './gzip';

describe('gzip of a text in two parts', () => {
  it('is the gzip of the whole, with any ending', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ minLength: 2_000, maxLength: 70_000 }),
    );
    await fc.assert(
      fc.asyncProperty(text, text, text, async (first, one, other) => {
        const head = await gzipHead(first);
        for (const tail of [one, other]) {
          const whole = gunzipSync(gzipOf(head, tail)).toString();
          expect(whole).toBe(Buffer.from(first + tail).toString());
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([10, 3_000, 300_000])(
    'holds no more memory than it is long, from %d characters',
    async length => {
      const text = randomBytes(length).toString('base64');
      const head = await gzipHead(text);
      for (const kept of [head.deflated, gzipOf(head, 'tail')]) {
        expect(kept.buffer.byteLength).toBe(kept.length);
      }
    },
  );
});
