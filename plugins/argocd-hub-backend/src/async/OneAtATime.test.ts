import { setImmediate } from 'node:timers/promises';
import { OneAtATime } from './OneAtATime';

/** Work that ends when the test says so. */
function heldWork() {
  const ends: (() => void)[] = [];
  const began: number[] = [];
  let value = 0;
  const subject = new OneAtATime(async () => {
    began.push(value);
    await new Promise<void>(resolve => ends.push(resolve));
  });
  return {
    subject,
    /** What each run saw when it began. */
    began,
    set: (next: number) => {
      value = next;
    },
    end: async () => {
      ends.shift()!();
      await setImmediate();
    },
  };
}

describe('OneAtATime', () => {
  it('begins the next run when the present one is over, and shares it', async () => {
    const { subject, began, set, end } = heldWork();
    set(1);
    const first = subject.run();
    await setImmediate();
    set(2);
    const second = subject.run();
    set(3);
    const third = subject.run();
    await setImmediate();
    expect(began).toEqual([1]);

    await end();
    await first;
    expect(began).toEqual([1, 3]);
    expect(third).toBe(second);

    await end();
    await second;
    expect(began).toEqual([1, 3]);
  });

  it('goes on after a run that failed, and tells those who asked for it', async () => {
    let fails = true;
    const subject = new OneAtATime(async () => {
      if (fails) {
        throw new Error('no');
      }
    });
    const first = subject.run();
    await expect(first).rejects.toThrow('no');
    fails = false;
    await expect(subject.run()).resolves.toBeUndefined();
  });
});
