import { isNarrow, matchesLabels, parseSelector } from './selector';

describe('parseSelector', () => {
  it.each([
    ['app=agent', [{ key: 'app', operator: 'in', values: ['agent'] }]],
    ['app == agent', [{ key: 'app', operator: 'in', values: ['agent'] }]],
    ['app=', [{ key: 'app', operator: 'in', values: [''] }]],
    ['app!=agent', [{ key: 'app', operator: 'notin', values: ['agent'] }]],
    [
      'example.com/team in (a, b),tier notin(c)',
      [
        { key: 'example.com/team', operator: 'in', values: ['a', 'b'] },
        { key: 'tier', operator: 'notin', values: ['c'] },
      ],
    ],
    ['canary', [{ key: 'canary', operator: 'exists' }]],
    ['! canary', [{ key: 'canary', operator: 'not-exists' }]],
    ['', []],
  ])('reads %j', (text, terms) => {
    expect(parseSelector(text)).toEqual(terms);
  });

  it.each([
    'a=b,,c=d',
    'a b',
    'a=b c',
    'a in b',
    'a in (b',
    '=b',
    "a=b'--",
    '*',
  ])('refuses %j', text => {
    expect(() => parseSelector(text)).toThrow('in the label selector');
  });

  it('refuses what no one writes by hand', () => {
    expect(() => parseSelector(`a=${'b'.repeat(2000)}`)).toThrow('too long');
  });

  it('refuses more terms than a database bears', () => {
    const terms = (length: number) =>
      Array.from({ length }, (_, i) => `k${i}=v`).join();
    expect(parseSelector(terms(20))).toHaveLength(20);
    expect(() => parseSelector(terms(21))).toThrow('more than 20 terms');
  });

  it('refuses a value that no label can have', () => {
    expect(() => parseSelector(`a=${'b'.repeat(64)}`)).toThrow('Cannot read');
  });
});

describe('isNarrow', () => {
  it.each([
    ['app=agent', true],
    ['app in (a,b),!canary', true],
    ['app!=agent', false],
    ['app', false],
    ['!app', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(isNarrow(parseSelector(text))).toBe(expected);
  });
});

describe('matchesLabels', () => {
  const labels = { app: 'agent', tier: 'web' };

  it.each([
    ['app=agent,tier=web', true],
    ['app=agent,tier=db', false],
    ['app in (agent,other)', true],
    ['app!=agent', false],
    ['missing!=agent', true],
    ['missing notin (a)', true],
    ['app', true],
    ['!app', false],
    ['!missing', true],
    ['constructor', false],
  ])('%j: %s', (text, expected) => {
    expect(matchesLabels(parseSelector(text), labels)).toBe(expected);
  });
});
