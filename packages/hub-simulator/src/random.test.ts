import { Random } from './random';

describe('Random', () => {
  it('repeats itself with the same seed and differs with another', () => {
    const run = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
  });

  it('stays within its bounds and reaches them', () => {
    const random = new Random(3);
    const seen = new Set(
      Array.from({ length: 500 }, () => random.between(2, 5)),
    );
    expect([...seen].sort()).toEqual([2, 3, 4, 5]);
  });

  it('shuffles without losing anything', () => {
    const list = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = new Random(1).shuffle(list);
    expect(shuffled).not.toEqual(list);
    expect(shuffled.sort()).toEqual(list);
  });

  it('makes hexadecimal text of any length', () => {
    expect(new Random(1).hex(40)).toMatch(/^[0-9a-f]{40}$/);
    expect(new Random(1).hex(7)).toHaveLength(7);
  });
});
