import { ratio, takeTurns } from './rounds';

const EFFORT = { rounds: 3, turnMs: 0, samples: 2 };

describe('takeTurns', () => {
  it('lets contenders take turns and throws the first turn of each away', async () => {
    const order: string[] = [];
    const contender = (name: string) => ({
      name,
      run: async () => order.push(name),
    });
    const measured = await takeTurns([contender('a'), contender('b')], {
      clients: 1,
      effort: EFFORT,
    });
    expect(order.join('')).toBe('aabb'.repeat(4));
    expect(measured.get('a')).toMatchObject({ samples: 6, clients: 1 });
    expect(measured.get('b')!.rounds).toHaveLength(3);
  });

  it('has as many clients at work as it was told', async () => {
    let now = 0;
    let most = 0;
    const run = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
    };
    const options = { clients: 10, effort: EFFORT };
    const measured = await takeTurns([{ name: 'a', run }], options);
    expect(most).toBe(10);
    expect(measured.get('a')!.samples).toBe(60);
  });

  it('fails when a run fails', async () => {
    const run = () => Promise.reject(new Error('503'));
    const options = { clients: 2, effort: EFFORT };
    await expect(takeTurns([{ name: 'a', run }], options)).rejects.toThrow(
      '503',
    );
  });
});

describe('ratio', () => {
  const measured = (rounds: number[]) => ({
    ...{ name: '', clients: 1, samples: 0, p50: 0, p95: 0 },
    rounds,
  });

  it('compares within a round, so that a slow minute hits both', () => {
    const ours = measured([1, 10, 2]);
    const other = measured([20, 200, 44]);
    expect(ratio(ours, other)).toBe(20);
  });
});
