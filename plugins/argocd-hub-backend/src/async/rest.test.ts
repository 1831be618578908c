import { restAfter } from './rest';

it.each([
  ['nothing', 0, 100],
  ['short work', 4, 100],
  ['long work', 50, 1_000],
  ['work that hung', 300_000, 5_000],
  ['a clock that went wrong', Infinity, 5_000],
  ['a clock that was set back', -1_000, 100],
])('rests after %s', (_, spentMs, expected) => {
  const pace = { share: 0.05, shortestMs: 100, longestMs: 5_000 };
  expect(restAfter(spentMs, pace)).toBe(expected);
});
