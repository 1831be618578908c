import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { testNames } from './__testUtils__/testNames';
import { FACTS, NOT_APPLICABLE } from './facts';

const source = join(
  dirname(require.resolve('hub-simulator/package.json')),
  'src',
);

/** The numbers at the beginning of a name, such as `F1.5.4, F1.5.3 end …`. */
function factsOf(name: string): string[] {
  const [numbers] = /^(?:F\d+(?:\.\d+)+(?:,| and)? )*/.exec(`${name} `) ?? [''];
  return numbers.match(/F[\d.]+/g) ?? [];
}

/** The numbers that the name of some test begins with. */
function tested(): Set<string> {
  const paths = readdirSync(source, { recursive: true }) as string[];
  const names = paths
    .filter(path => path.endsWith('.test.ts') || /^contract.cases./.test(path))
    .flatMap(path => testNames(readFileSync(join(source, path), 'utf8')));
  return new Set(names.flatMap(factsOf));
}

describe('the names of tests', () => {
  it.each([
    ["it('F1.1 a', f)", ['F1.1']],
    ["test('F1.1.2, F1.3 and F1.4 a', f)", ['F1.1.2', 'F1.3', 'F1.4']],
    ["describe('F1.1 F1.2 a', f)", ['F1.1', 'F1.2']],
    ["it.only('F1.1 a', f)", ['F1.1']],
    ["it.each([['F9.1 row']])('F1.1 a %s', f)", ['F1.1']],
    ["describe.each(all('F9.1'))('F1.1 a %s', f)", ['F1.1']],
    ['it.each`a\n${"F9.1"}`("F1.1 $a", f)', ['F1.1']],
    ['it(`F1.1 ${a}`, f)', ['F1.1']],
    ["const a = [{ name: 'F1.1 a', operation: 'GET /' }]", ['F1.1']],
    ["const a = [{ name: 'F1.1 a' }]", []],
    ["it('a', () => expect(b).toBe('F1.1 c'))", []],
    ["it('a F1.1', f)", []],
    ["it('F1.1a', f)", []],
    ["// it('F1.1 a', f)", []],
    ["each('F1.1 a', f); a.it('F1.1 a', f); it.each(['F1.1 a'])", []],
  ])('are read from %s', (text, expected) => {
    expect(testNames(text).flatMap(factsOf)).toEqual(expected);
  });
});

describe('facts about Argo CD', () => {
  const known = { ...FACTS, ...NOT_APPLICABLE };
  const covered = tested();

  it('are listed once', () => {
    const twice = Object.keys(FACTS).filter(fact => fact in NOT_APPLICABLE);
    expect(twice).toEqual([]);
  });

  it('are listed without a gap', () => {
    const missing = Object.keys(known).flatMap(fact => {
      const [, section, number] = /^(.*\.)(\d+)$/.exec(fact) ?? [];
      const before = `${section}${Number(number) - 1}`;
      return number === '1' || before in known ? [] : [before];
    });
    expect(missing).toEqual([]);
  });

  it('have a test each', () => {
    const missing = Object.keys(FACTS).filter(fact => !covered.has(fact));
    expect(missing).toEqual([]);
  });

  it('are named by tests only with numbers that exist', () => {
    expect([...covered].filter(fact => !(fact in known))).toEqual([]);
  });

  it('have no test where nothing of them is simulated', () => {
    const tests = Object.keys(NOT_APPLICABLE).filter(fact => covered.has(fact));
    expect(tests).toEqual([]);
  });
});
