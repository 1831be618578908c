import { delaysOf } from './delaysOf';

describe('delaysOf', () => {
  it('takes what was seen before it was told as seen at once', () => {
    const told: [number, number][] = [
      [100, 90],
      [100, 110],
      [100, 400],
    ];
    expect(delaysOf(told, times => times)).toEqual({
      ...{ p50: 10, p95: 300, longest: 300 },
      counted: '3 changes, 0 not seen',
    });
  });

  it('counts what was never seen as never over', () => {
    expect(delaysOf([100, 200], at => [at, undefined])).toMatchObject({
      p95: Infinity,
      counted: '2 changes, 2 not seen',
    });
  });
});
