import { amount, type Finding, verdictOf } from './Finding';
import { summary, table } from './table';

const finding = (more: Partial<Finding>): Finding => ({
  topic: 'Speed',
  what: 'a page',
  value: 21,
  unit: 'x',
  ...more,
});

describe('verdictOf', () => {
  it.each([
    [21, { atLeast: 20 }, 'met'],
    [20, { atLeast: 20 }, 'met'],
    [19.99, { atLeast: 20 }, 'missed'],
    [2, { atMost: 2 }, 'met'],
    [2.01, { atMost: 2 }, 'missed'],
    [0, { atMost: 0 }, 'met'],
    [NaN, { atMost: 60 }, 'missed'],
    [NaN, { atLeast: 20 }, 'missed'],
    [Infinity, { atMost: 2_000 }, 'missed'],
    [1, undefined, ''],
  ] as const)('of %d with %j is "%s"', (value, target, expected) => {
    expect(verdictOf(finding({ value, target }))).toBe(expected);
  });
});

describe('amount', () => {
  it.each([
    [21.005, 'x', '21x'],
    [1.256, 'x', '1.26x'],
    [1234.5, 'ms', '1,235 ms'],
    [0, 'calls', '0 calls'],
    [NaN, 's', '–'],
  ])('writes %d and "%s" as %s', (value, unit, expected) => {
    expect(amount(value, unit)).toBe(expected);
  });
});

describe('table', () => {
  it('has a block per topic, and marks beside targets', () => {
    const text = table([
      finding({ target: { atLeast: 20 }, detail: '42 ms to 2 ms' }),
      finding({ what: 'a click', value: 3 }),
      finding({
        topic: 'Size',
        what: 'memory',
        value: 301,
        unit: 'MB',
        target: { atMost: 300 },
      }),
    ]);
    expect(text.split('\n').map(line => line.replace(/ +/g, ' '))).toEqual([
      ' measured target figures of this machine',
      '',
      'Speed',
      ' a page 21x ≥ 20x met 42 ms to 2 ms',
      ' a click 3x',
      '',
      'Size',
      ' memory 301 MB ≤ 300 MB missed',
      '',
    ]);
  });

  it('lines the columns up', () => {
    const lines = table([
      finding({ detail: 'here' }),
      finding({ what: 'a longer one', value: 1_000, detail: 'here' }),
    ]).split('\n');
    const columns = lines.flatMap(line => line.indexOf('here') + 1 || []);
    expect(new Set(columns).size).toBe(1);
  });
});

describe('summary', () => {
  it('names what was missed, and what could not be measured', () => {
    expect(
      summary([
        finding({ target: { atLeast: 20 } }),
        finding({ what: 'worse', value: 2, target: { atLeast: 20 } }),
        finding({
          what: 'never',
          value: NaN,
          unit: 's',
          target: { atMost: 60 },
        }),
        finding({}),
      ]).split('\n'),
    ).toEqual([
      '1 of 3 targets met',
      '  missed: Speed: worse: 2x, target ≥ 20x',
      '  missed: Speed: never: –, target ≤ 60 s',
    ]);
  });
});
