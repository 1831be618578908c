import { CircuitState } from 'cockatiel';
import { OutageBreaker } from './outage';

describe('OutageBreaker', () => {
  beforeEach(() => jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => jest.useRealTimers());

  const failAfter = (breaker: OutageBreaker, milliseconds: number) => {
    jest.advanceTimersByTime(milliseconds);
    return breaker.failure(CircuitState.Closed);
  };

  it('opens after three failures in a row over fifteen seconds', () => {
    const breaker = new OutageBreaker();
    expect(failAfter(breaker, 0)).toBe(false);
    expect(failAfter(breaker, 14_000)).toBe(false);
    expect(failAfter(breaker, 1_000)).toBe(true);
    expect(breaker.failingSince).toBe(1_000_000);
  });

  it('takes a short blip for what it is', () => {
    const breaker = new OutageBreaker();
    const opened = [0, 100, 100, 100].map(wait => failAfter(breaker, wait));
    expect(opened).toEqual([false, false, false, false]);
  });

  it('begins anew after a success', () => {
    const breaker = new OutageBreaker();
    failAfter(breaker, 0);
    failAfter(breaker, 20_000);
    breaker.success();
    expect(breaker.failingSince).toBeUndefined();
    expect(failAfter(breaker, 1_000)).toBe(false);
  });
});
