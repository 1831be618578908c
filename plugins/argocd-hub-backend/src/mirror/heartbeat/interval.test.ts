import { stretchedIntervalMs } from './interval';

describe('stretchedIntervalMs', () => {
  it('stretches the interval of a large fleet, with room for rechecks', () => {
    const heartbeat = { intervalMs: 30_000, maxPerSecond: 10 };
    expect(stretchedIntervalMs(heartbeat, 3)).toBe(30_000);
    expect(stretchedIntervalMs(heartbeat, 500)).toBe(62_500);
  });
});
