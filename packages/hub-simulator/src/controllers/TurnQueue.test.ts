import { setImmediate as nextTurn } from 'node:timers/promises';
import { Clock } from '../clock';
import { TurnQueue } from './TurnQueue';

describe('TurnQueue', () => {
  it('lets others have a turn between two tasks, and keeps their order', async () => {
    const queue = new TurnQueue(new Clock());
    const done: string[] = [];
    for (const name of ['a', 'b', 'c']) queue.add(() => done.push(name));
    expect(done).toEqual([]);
    await nextTurn();
    expect(done).toEqual(['a']);
    await nextTurn();
    await nextTurn();
    expect(done).toEqual(['a', 'b', 'c']);
    queue.add(() => done.push('d'));
    await nextTurn();
    await nextTurn();
    expect(done).toEqual(['a', 'b', 'c', 'd']);
  });

  it('drops what is left when time has stopped', async () => {
    const clock = new Clock();
    const queue = new TurnQueue(clock);
    const done: string[] = [];
    queue.add(() => done.push('a'));
    clock.stop();
    await nextTurn();
    expect(done).toEqual([]);
  });
});
