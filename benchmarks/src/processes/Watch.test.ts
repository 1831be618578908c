import { cpuBeyond, cpuShare, type Watched } from './Watch';

const watched = (cpuMs: number, tookMs: number): Watched => ({
  ...{ cpuMs, tookMs, stall: { p99: 0, longest: 0 } },
  rss: { before: 0, peak: 0, after: 0 },
});

it('takes off what the process takes anyway, for as long as it took', () => {
  const idle = watched(6_000, 60_000);
  expect(cpuShare(idle)).toBe(0.1);
  expect(cpuBeyond(watched(5_000, 20_000), idle)).toBe(3_000);
  expect(cpuBeyond(idle, idle)).toBe(0);
});
