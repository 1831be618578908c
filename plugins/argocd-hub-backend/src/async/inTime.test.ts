import { setTimeout as delay } from 'node:timers/promises';
import { inTime } from './inTime';

const SOON = { ms: 20, message: 'It does not answer' };

describe('inTime', () => {
  it('hands on what the work answers', async () => {
    await expect(inTime(Promise.resolve('yes'), SOON)).resolves.toBe('yes');
    await expect(inTime(Promise.reject(new Error('no')), SOON)).rejects.toThrow(
      'no',
    );
  });

  it('gives up on work that never ends, or that fails later', async () => {
    const failing = delay(60).then(() => {
      throw new Error('too late to matter');
    });
    await expect(inTime(failing, SOON)).rejects.toThrow(
      expect.objectContaining({
        name: 'ServiceUnavailableError',
        message: 'It does not answer',
      }),
    );
    await delay(60);
    await expect(inTime(new Promise(() => {}), SOON)).rejects.toThrow(
      'It does not answer',
    );
  });
});
