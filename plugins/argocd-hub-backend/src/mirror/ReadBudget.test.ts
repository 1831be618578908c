import { ReadBudget } from './ReadBudget';

const MINUTE = 60_000;

describe('ReadBudget', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** Reads that take so long, one at once after the other as far as they may. */
  const readFor = (ms: number, tookMs: () => number) => {
    const budget = new ReadBudget({ pausePerRead: 22 });
    const until = performance.now() + ms;
    let read = 0;
    let longestWaitMs = 0;
    while (performance.now() < until) {
      const took = tookMs();
      jest.advanceTimersByTime(took);
      budget.spent(took);
      read += took;
      const { waitMs } = budget;
      longestWaitMs = Math.max(longestWaitMs, waitMs);
      jest.advanceTimersByTime(Math.max(1, Math.ceil(waitMs)));
    }
    return { share: read / ms, longestWaitMs };
  };

  it.each([100, 3_000, 14_000])(
    'keeps reads of %d ms to a twentieth of the time',
    tookMs => {
      const { share, longestWaitMs } = readFor(24 * 60 * MINUTE, () => tookMs);
      expect(share).toBeLessThanOrEqual(0.05);
      expect(share).toBeGreaterThan(0.04);
      expect(longestWaitMs).toBeLessThanOrEqual(5 * MINUTE);
    },
  );

  it('keeps reads whose time varies to a twentieth of the time', () => {
    let count = 0;
    const { share } = readFor(24 * 60 * MINUTE, () => {
      count += 1;
      return count % 3 ? 50 : 12_000;
    });
    expect(share).toBeLessThanOrEqual(0.05);
  });

  it.each([20_000, MINUTE, 10 * MINUTE])(
    'never waits longer than five minutes after reads of %d ms',
    tookMs => {
      const { longestWaitMs } = readFor(24 * 60 * MINUTE, () => tookMs);
      expect(longestWaitMs).toBeLessThanOrEqual(5 * MINUTE);
    },
  );

  it('lets one slow read delay nothing', () => {
    const budget = new ReadBudget({ pausePerRead: 22 });
    budget.spent(12_000);
    expect(budget.waitMs).toBe(0);
    jest.advanceTimersByTime(10_000);
    budget.spent(200);
    expect(budget.waitMs).toBe(0);
  });

  describe('after a read that hung', () => {
    it('waits no longer than the next one costs', () => {
      const budget = new ReadBudget({ pausePerRead: 22 });
      budget.spent(120_000);
      expect(budget.waitMs).toBe(0);
      budget.spent(2_000);
      expect(budget.waitMs).toBeLessThanOrEqual(44_000);
      jest.advanceTimersByTime(budget.waitMs);
      budget.spent(2_000);
      expect(budget.waitMs).toBeLessThanOrEqual(44_000);
    });

    it('waits five minutes at most, however often that happens', () => {
      const budget = new ReadBudget({ pausePerRead: 22 });
      for (let read = 0; read < 10; read += 1) {
        budget.spent(120_000);
        expect(budget.pauseMs).toBe(5 * MINUTE);
        expect(budget.waitMs).toBeLessThanOrEqual(5 * MINUTE);
      }
    });
  });

  it.each([500, 3_000, 9_500, 40_000])(
    'pauses so long that good reads of %d ms take a twentieth of the time',
    tookMs => {
      const budget = new ReadBudget({ pausePerRead: 22 });
      budget.spent(tookMs, { isGood: true });
      // A single slow one may be an accident.
      expect(budget.pauseMs).toBeLessThanOrEqual(5 * MINUTE);
      budget.spent(tookMs, { isGood: true });
      expect(budget.pauseMs).toBe(22 * tookMs);
      // A pause may be a tenth shorter than that.
      const share = tookMs / (tookMs + 0.9 * budget.pauseMs);
      expect(share).toBeLessThanOrEqual(0.05);
      budget.spent(20, { isGood: true });
      expect(budget.pauseMs).toBe(440);
    },
  );

  it('lets reads follow each other for a while, and then pay', () => {
    const budget = new ReadBudget({ pausePerRead: 22 });
    const waits: number[] = [];
    for (let read = 0; read < 5; read += 1) {
      waits.push(budget.waitMs);
      jest.advanceTimersByTime(budget.waitMs);
      budget.spent(10_000, { isGood: true });
    }
    expect(waits).toEqual([0, 0, 140_000, 220_000, 220_000]);
    expect(budget.isPaid).toBe(false);
    jest.advanceTimersByTime(2 * 5 * MINUTE);
    expect(budget.isPaid).toBe(true);
    expect(budget.waitMs).toBe(0);
  });
});
