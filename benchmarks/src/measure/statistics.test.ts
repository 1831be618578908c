import { median, percentile, rounded } from './statistics';

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);

  it.each([
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('is the nearest rank, at %d', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected);
  });

  it('of a single number is that number', () => {
    expect(percentile([7], 0.95)).toBe(7);
  });

  it('of nothing is not a number', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('tells that a number is missing rather than leaving it out', () => {
    expect(percentile([1, 2, Infinity], 0.95)).toBe(Infinity);
  });
});

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9], 9.5],
  ])('of %j is %d', (numbers, expected) => {
    expect(median(numbers)).toBe(expected);
  });

  it('leaves the numbers in their order', () => {
    const numbers = [3, 1, 2];
    median(numbers);
    expect(numbers).toEqual([3, 1, 2]);
  });
});

it('keeps three digits', () => {
  expect([rounded(12345), rounded(0.0123456), rounded(20)]).toEqual([
    12300, 0.0123, 20,
  ]);
});
