import { canMatch, matchesGlob } from './glob';

describe('matchesGlob', () => {
  it.each([
    ['*', '', true],
    ['*', 'https://a.example.com/x', true],
    ['prod', 'prod', true],
    ['prod', 'prod-1', false],
    ['prod-*', 'prod-1', true],
    ['*-eu-*', 'prod-eu-1', true],
    ['*-eu-*', 'prod-us-1', false],
    ['https://*.example.com', 'https://a.b.example.com', true],
    ['https://*.example.com', 'https://a-example.com', false],
    ['prod-?', 'prod-1', true],
    ['prod-?', 'prod-', false],
    ['prod-[12]', 'prod-2', true],
    ['prod-[12]', 'prod-3', false],
    ['prod-[a-c]', 'prod-b', true],
    ['prod-[!a-c]', 'prod-b', false],
    ['prod-[!a-c]', 'prod-d', true],
    ['{prod,dr}-*', 'dr-1', true],
    ['{prod,dr}-*', 'staging-1', false],
    ['{a,b{c,d}}', 'bd', true],
    ['{a}', 'a', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a\\{b,c\\}', 'a{b,c}', true],
    ['', '', true],
    ['', 'a', false],
    ['[', '[', false],
    ['a{b', 'a{b', false],
  ])('%j takes %j: %j', (pattern, text, taken) => {
    expect(matchesGlob(pattern, text)).toBe(taken);
  });

  it.each([
    ['stars', `${'*a'.repeat(300)}b`, 'a'.repeat(2_000)],
    ['alternatives', '{a,b}'.repeat(60), 'a'.repeat(60)],
    ['open braces', '{'.repeat(900), '{'.repeat(900)],
  ])('is not held up by many %s', (_, pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(false);
  });
});

describe('canMatch', () => {
  it.each([
    ['*', true],
    ['a', true],
    ['a{x,b}', true],
    ['[!a]', true],
    ['[x-z]?', false],
    ['[b-a]', false],
    ['[', false],
    ['[]', false],
    ['a{b', false],
    ['x', false],
    ['a b', false],
    ['', false],
    ['{a,b}'.repeat(60), false],
  ])('%j takes a text of the letters a and b: %j', (pattern, expected) => {
    expect(canMatch(pattern, 'ab')).toBe(expected);
  });
});
