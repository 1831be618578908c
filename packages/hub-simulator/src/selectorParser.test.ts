import { matchesSelector } from './labels';
import { parseSelector } from './selectorParser';

const LABELS = { env: 'prod', tier: '5', 'example.com/team': 'a', empty: '' };

describe('parseSelector', () => {
  it.each([
    ['', true],
    ['env', true],
    ['!env', false],
    ['!other', true],
    ['env=prod', true],
    ['env==prod', true],
    ['env = prod , tier', true],
    ['env!=prod', false],
    ['other!=prod', true],
    ['env in (dr,prod)', true],
    ['env in (dr, prod),tier notin (6)', true],
    ['env notin (prod)', false],
    ['other notin (prod)', true],
    ['empty=', true],
    ['empty in (,x)', true],
    ['example.com/team=a', true],
    ['tier>4', true],
    ['tier<5', false],
    ['env>4', false],
    ['in=x', false],
  ])('F1.4.1 selects by %s: %s', (text, expected) => {
    expect(matchesSelector(parseSelector(text), LABELS)).toBe(expected);
  });

  it.each([
    [
      'a b c',
      "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    ],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    [
      'a in (',
      "unable to parse requirement: found '', expected: ',', ')' or identifier",
    ],
    ['a==!b', "unable to parse requirement: found '!', expected: identifier"],
    [
      'a>b',
      "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])('F1.4.1 refuses %s', (text, message) => {
    expect(() => parseSelector(text)).toThrow(new Error(message));
  });

  it.each([
    '-a',
    'a/b/c',
    '/a',
    'a/',
    'A.example.com!/x',
    `${'a'.repeat(64)}`,
    'a in ()',
    'a=-b',
  ])('F1.4.1 refuses names and values that labels cannot have: %s', text => {
    expect(() => parseSelector(text)).toThrow(
      /^unable to parse requirement: |^found /,
    );
  });
});
