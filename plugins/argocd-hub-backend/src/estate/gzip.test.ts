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
});
