import { setImmediate as turn } from 'node:timers/promises';
import type { ApplicationKey } from '../store/ApplicationStore';
import { type Batch, WriteBatcher } from './WriteBatcher';

const removal = (name: string): ApplicationKey => ({
  hub: 'main',
  namespace: 'argocd',
  name,
});

/** A batcher whose writes end when a test says so. */
function slowly() {
  const written: string[][] = [];
  let end = () => {};
  const batcher = new WriteBatcher(async ({ removals }: Batch) => {
    written.push(removals.map(({ name }) => name));
    await new Promise<void>(resolve => {
      end = resolve;
    });
  });
  return { written, batcher, end: () => end() };
}

/** The clock is ours, turns of the event loop are real. */
async function gathered() {
  await jest.advanceTimersByTimeAsync(100);
  for (let turns = 0; turns < 5; turns += 1) {
    await turn();
  }
}

describe('changes that are gathered', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('are written after 100 ms, the last word of each', async () => {
    const { written, batcher } = slowly();
    await batcher.add(removal('one'));
    await batcher.add(removal('two'));
    await batcher.add(removal('one'));
    expect(written).toEqual([]);
    await gathered();
    expect(written).toEqual([['one', 'two']]);
  });

  it('join one next batch however long another is written', async () => {
    const { written, batcher, end } = slowly();
    await batcher.add(removal('first'));
    await gathered();
    for (const name of ['a', 'b', 'c']) {
      await batcher.add(removal(name));
      await gathered();
    }
    expect(written).toEqual([['first']]);
    end();
    await gathered();
    expect(written).toEqual([['first'], ['a', 'b', 'c']]);
  });

  it('keep the next one waiting when they are many', async () => {
    const { written, batcher, end } = slowly();
    for (let index = 0; index < 99; index += 1) {
      await batcher.add(removal(`${index}`));
    }
    let hasRoom = false;
    const adding = batcher.add(removal('last')).then(() => {
      hasRoom = true;
    });
    await gathered();
    expect({ hasRoom, batches: written.length }).toEqual({
      hasRoom: false,
      batches: 1,
    });
    end();
    await gathered();
    await adding;
    expect(hasRoom).toBe(true);
  });

  it('are written before a flush ends, with what came earlier', async () => {
    const { written, batcher, end } = slowly();
    await batcher.add(removal('one'));
    await gathered();
    await batcher.add(removal('two'));
    const flushed = batcher.flush();
    end();
    await gathered();
    end();
    await flushed;
    expect(written).toEqual([['one'], ['two']]);
  });

  it('are written also after a batch that failed against its word', async () => {
    const written: number[] = [];
    const batcher = new WriteBatcher(async ({ removals }: Batch) => {
      written.push(removals.length);
      if (written.length === 1) {
        throw new Error('a fault');
      }
    });
    await batcher.add(removal('one'));
    await gathered();
    await batcher.add(removal('two'));
    await gathered();
    expect(written).toEqual([1, 1]);
  });
});
