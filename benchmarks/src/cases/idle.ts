import { setTimeout as sleep } from 'node:timers/promises';
import { asked } from '../processes/Gauges';
import { amount, type Finding } from '../report/Finding';
import type { Ours } from '../subjects/ours';
import type { World } from '../World';

const MINUTE_MS = 60_000;

/** What mirroring costs the hub and us while nobody looks and nothing is deployed. */
export async function idle(options: {
  world: World;
  ours: Ours;
  durationMs: number;
}): Promise<Finding[]> {
  const { world, ours, durationMs } = options;
  const { clusters } = world.size;
  const topic = `An idle hour, from ${
    durationMs / 1000
  } s of it: ${world.applications.toLocaleString(
    'en-US',
  )} applications on ${clusters} clusters`;
  const before = await ours.child.gauges('reset');
  await sleep(durationMs);
  const after = await ours.child.gauges();
  const minutes = durationMs / MINUTE_MS;
  const { calls, total, bytes } = asked(before, after);
  const most = Object.entries(calls)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${(count / minutes).toFixed(0)} ${name}`)
    .slice(0, 3)
    .join(', ');
  return [
    {
      topic,
      what: 'calls of the hub',
      value: total / minutes,
      unit: 'a minute',
      detail: most,
    },
    {
      topic,
      what: 'bytes to and from the hub',
      value: bytes / 1e6 / minutes,
      unit: 'MB a minute',
      detail: amount((bytes / 1e6 / minutes) * 60, 'MB an hour'),
    },
    {
      topic,
      what: 'CPU of our backend',
      value: ((after.cpuMs - before.cpuMs) / durationMs) * 100,
      unit: '% of a core',
      detail: `event loop p99 ${after.eventLoopDelay.p99.toFixed(
        1,
      )} ms, longest stall ${after.eventLoopDelay.max.toFixed(1)} ms`,
    },
  ];
}
