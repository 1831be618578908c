import {
  matchesLabels,
  parseNarrowSelector,
  parseSelector,
  type SelectorError,
} from './selector';

/** Why a selector is refused. */
function refusalOf(
  text: string,
  read: (text: string) => unknown = parseSelector,
): SelectorError['refusal'] | undefined {
  try {
    read(text);
    return undefined;
  } catch (error) {
    return (error as SelectorError).refusal;
  }
}

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
    ['a=b,,c=d', ''],
    ...['a b', 'a=b c', 'a in b', 'a in (b', '=b', "a=b'--", '*'].map(text => [
      text,
      text,
    ]),
    ['a=b, c d ,e', 'c d'],
  ])('refuses %j, and tells the term %j', (text, term) => {
    expect(refusalOf(text)).toEqual({ code: 'bad-selector', term });
  });

  it('refuses what no one writes by hand', () => {
    expect(refusalOf(`a=${'b'.repeat(2000)}`)).toEqual({
      code: 'too-long',
      limit: 2_000,
    });
  });

  it('refuses more terms than a database bears', () => {
    const terms = (length: number) =>
      Array.from({ length }, (_, i) => `k${i}=v`).join();
    expect(parseSelector(terms(20))).toHaveLength(20);
    expect(refusalOf(terms(21))).toEqual({ code: 'too-many-terms', limit: 20 });
  });

  it('refuses a value that no label can have', () => {
    expect(refusalOf(`a=${'b'.repeat(64)}`)?.code).toBe('bad-selector');
  });
});

describe('parseNarrowSelector', () => {
  it.each(['app=agent', 'app in (a,b),!canary'])('reads %j', text => {
    expect(parseNarrowSelector(text)).toEqual(parseSelector(text));
  });

  it.each([
    ...['app!=agent', 'app', '!app', ''].map(text => [text, 'too-wide']),
    ['a b', 'bad-selector'],
  ])('refuses %j: %s', (text, code) => {
    expect(refusalOf(text, parseNarrowSelector)?.code).toBe(code);
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
