import { PollBudget } from './PollBudget';

const MINUTE = 60_000;

describe('PollBudget', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** Reads that take so long, one at once after the other as far as they may. */
  const readFor = (ms: number, tookMs: () => number) => {
    const budget = new PollBudget({ pausePerRead: 22 });
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
    const budget = new PollBudget({ pausePerRead: 22 });
    budget.spent(12_000);
    expect(budget.waitMs).toBe(0);
    jest.advanceTimersByTime(10_000);
    budget.spent(200);
    expect(budget.waitMs).toBe(0);
  });
});
