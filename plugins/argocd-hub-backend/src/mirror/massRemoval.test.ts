import { isMassRemoval } from './massRemoval';

it.each([
  [0, 100, false],
  [0, 0, false],
  [1, 1, true],
  [3, 3, true],
  [2, 3, false],
  [19, 100, false],
  [20, 100, true],
  [20, 200, false],
  [21, 200, true],
  [5_000, 50_000, false],
  [5_001, 50_000, true],
])('%i missing of %i known: %p', (missing, known, expected) => {
  expect(isMassRemoval(missing, known)).toBe(expected);
});
