import { setTimeout as delay } from 'node:timers/promises';
import { unlessAborted } from './unlessAborted';

describe('unlessAborted', () => {
  const failing = async (ms: number): Promise<string> => {
    await delay(ms);
    throw new Error('nobody waits for this any more');
  };

  it.each([
    ['answers', async () => 'done', 'done'],
    ['fails', () => failing(0), 'nobody waits'],
  ])('ends as the work that %s', async (_how, work, expected) => {
    const ended = await unlessAborted(work(), new AbortController().signal)
      // Told by its words, too.
      .catch(({ message }) => message);
    expect(ended).toContain(expected);
  });

  it('needs no signal', async () => {
    expect(await unlessAborted(Promise.resolve(1), undefined)).toBe(1);
  });

  // A rejection that nobody hears ends a backend; here it fails the test.
  it.each([
    ['before', 0],
    ['while it works', 20],
  ])(
    'ends with the signal that aborts %s, and hears the work that fails after it',
    async (_when, ms) => {
      const stopped = new AbortController();
      const abort = () => stopped.abort(new Error('stopped'));
      if (ms) {
        setTimeout(abort, ms);
      } else {
        abort();
      }
      await expect(
        unlessAborted(failing(2 * ms), stopped.signal),
      ).rejects.toThrow('stopped');
      await delay(2 * ms + 30);
    },
  );

  it('leaves nothing at a signal that lasts longer than the work', async () => {
    const { signal } = new AbortController();
    const remove = jest.spyOn(signal, 'removeEventListener');
    const add = jest.spyOn(signal, 'addEventListener');
    await unlessAborted(Promise.resolve(), signal);
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });
});
