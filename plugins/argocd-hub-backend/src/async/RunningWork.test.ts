import { setTimeout as delay } from 'node:timers/promises';
import { RunningWork } from './RunningWork';

describe('RunningWork', () => {
  it('has settled at once where nothing runs', async () => {
    await expect(new RunningWork().settled()).resolves.toBeUndefined();
  });

  it('waits for all of it, what fails and what it begins too', async () => {
    const work = new RunningWork();
    const done: string[] = [];
    const slow = async (name: string, ms: number) => {
      await delay(ms);
      done.push(name);
    };
    work.add(slow('short', 10).then(() => work.add(slow('begun', 100))));
    work.add(slow('long', 60));
    work.add(Promise.reject(new Error('told elsewhere')));
    await work.settled();
    expect(done).toEqual(['short', 'long', 'begun']);
  });
});
