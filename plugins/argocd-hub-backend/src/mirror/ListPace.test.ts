import { ListPace } from './ListPace';
import { TIMING } from './timing';

const DEFAULTS = { ...TIMING, shortestMs: 60_000 };

describe('ListPace', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each`
    tookMs   | intervalMs
    ${0}     | ${60_000}
    ${500}   | ${60_000}
    ${3_000} | ${66_000}
    ${9_500} | ${209_000}
  `(
    'lists every $intervalMs ms where a round takes $tookMs ms',
    ({ tookMs, intervalMs }) => {
      const pace = new ListPace(DEFAULTS);
      pace.spent(tookMs);
      expect(pace.intervalMs).toBe(intervalMs);
      // A pause may be a tenth shorter than that.
      expect(tookMs / (tookMs + 0.9 * intervalMs)).toBeLessThanOrEqual(0.05);
    },
  );

  it('shrinks the interval again when lists get faster', () => {
    const pace = new ListPace(DEFAULTS);
    pace.spent(9_500);
    pace.spent(100);
    expect(pace.intervalMs).toBe(60_000);
  });

  it('lists out of turn three times, then at most a twentieth of the time', () => {
    const pace = new ListPace(DEFAULTS);
    const early: number[] = [];
    for (let round = 0; round < 5; round++) {
      early.push(pace.earlyMs);
      jest.advanceTimersByTime(pace.earlyMs);
      pace.spent(10_000);
    }
    expect(early).toEqual([0, 0, 0, 220_000, 220_000]);
    expect(pace.isPaid).toBe(false);
    jest.advanceTimersByTime(660_000);
    expect(pace.isPaid).toBe(true);
    expect(pace.earlyMs).toBe(0);
  });

  it('lets a small hub be listed whenever there is reason to', () => {
    const pace = new ListPace(DEFAULTS);
    for (let round = 0; round < 20; round++) {
      expect(pace.earlyMs).toBe(0);
      pace.spent(20);
      jest.advanceTimersByTime(500);
    }
  });
});
