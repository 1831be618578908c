import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FACTS, NOT_APPLICABLE } from './facts';

const source = join(
  dirname(require.resolve('hub-simulator/package.json')),
  'src',
);

/** The numbers that the name of some test begins with. */
function tested(): Set<string> {
  const found = new Set<string>();
  for (const path of readdirSync(source, { recursive: true }) as string[]) {
    const holdsNames =
      path.endsWith('.test.ts') || /^contract.cases./.test(path);
    if (!holdsNames) continue;
    const text = readFileSync(join(source, path), 'utf8');
    for (const [, numbers] of text.matchAll(
      /['"`]((?:F\d+\.\d+(?:\.\d+)?(?:, | and )?)+)[ '"`]/g,
    )) {
      for (const [fact] of numbers.matchAll(/F[\d.]+\d/g)) found.add(fact);
    }
  }
  return found;
}

describe('facts about Argo CD', () => {
  const known = { ...FACTS, ...NOT_APPLICABLE };
  const covered = tested();

  it('are listed once', () => {
    const twice = Object.keys(FACTS).filter(fact => fact in NOT_APPLICABLE);
    expect(twice).toEqual([]);
    expect(Object.keys(known)).toHaveLength(133);
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
