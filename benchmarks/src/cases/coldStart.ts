import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from '../Place';
import type { Gauges } from '../processes/Gauges';
import type { Finding } from '../report/Finding';
import type { Report } from '../report/Report';
import { type Ours, startOurs } from '../subjects/ours';
import type { Service, World } from '../World';

/** A backend that has just come up does much that is not ours. */
const SETTLE_MS = 3_000;
const MB = 2 ** 20;
const BIG = 50_000;

/** What the same backend takes without any hub. */
export interface Empty {
  /** bytes */
  rss: number;
  /** longest stall in its first seconds, in milliseconds */
  stall: number;
}

interface Start {
  ours: Ours;
  /** moments, by `performance.now()` */
  upAt: number;
  /** not a number where it never was */
  completeAt: number;
  /** longest stall in its first seconds, in milliseconds */
  firstStall: number;
  /** when all is done; of the event loop without the first seconds */
  gauges: Gauges;
}

export async function startEmpty(place: Place): Promise<Empty> {
  const empty = await startOurs({ name: 'empty', place });
  const stall = await firstSeconds(empty);
  const { rss } = await empty.child.gauges();
  await empty.stop();
  return { rss, stall };
}

/** Starts our backend with an empty database, and times it until the index is complete. */
export async function coldStart(options: {
  place: Place;
  world: World;
  services: Service[];
  empty: Empty;
  completeMs: number;
  report: Report;
}): Promise<Ours> {
  const { place, world, services, report } = options;
  const ours = await startOurs({ name: 'ours', place, world, services });
  const upAt = performance.now();
  const [firstStall, completeAt] = await Promise.all([
    firstSeconds(ours),
    untilComplete({ ...options, ours }),
  ]);
  await sleep(SETTLE_MS);
  const gauges = await ours.child.gauges();
  const start = { ours, upAt, completeAt, firstStall, gauges };
  report.add(...findings(start, options));
  return ours;
}

async function firstSeconds({ child }: Ours): Promise<number> {
  await child.gauges('reset');
  await sleep(SETTLE_MS);
  const { max } = (await child.gauges()).eventLoopDelay;
  await child.gauges('reset-delay');
  return max;
}

async function untilComplete(options: {
  ours: Ours;
  world: World;
  completeMs: number;
  report: Report;
}): Promise<number> {
  const { ours, world, completeMs, report } = options;
  let last: HubStatus | undefined;
  const complete = async () => {
    last = await ours.hub();
    return last?.complete && last.applications === world.applications;
  };
  try {
    await ours.child.until('a complete index', complete, {
      timeoutMs: completeMs,
    });
    return performance.now();
  } catch {
    await ours.child.gauges(); // throws when it has ended
    report.note(
      `incomplete: after ${completeMs / 1000} s our index holds ${
        last?.applications ?? 0
      } of ${world.applications} applications (last error: ${
        last?.lastError?.class ?? 'none'
      })`,
    );
    return NaN;
  }
}

function findings(
  { ours, upAt, completeAt, firstStall, gauges }: Start,
  { world, empty }: { world: World; empty: Empty },
): Finding[] {
  const isBig = world.applications >= BIG;
  const count = world.applications.toLocaleString('en-US');
  const topic = `Cold start with an empty database: ${count} applications on ${world.size.clusters} clusters`;
  const { startedAt } = ours.child;
  const { rss, peakRss, cpuMs, eventLoopDelay } = gauges;
  const finding = (
    what: string,
    value: number,
    unit: string,
    most: number,
  ) => ({
    topic,
    what,
    value,
    unit,
    ...(isBig && { target: { atMost: most } }),
  });
  return [
    {
      ...finding(
        'start of the process to complete index',
        seconds(completeAt - startedAt),
        's',
        60,
      ),
      detail: `backend up after ${seconds(upAt - startedAt).toFixed(
        1,
      )} s; CPU ${seconds(cpuMs).toFixed(1)} s`,
    },
    {
      ...finding(
        'growth of RSS at its peak',
        (peakRss - empty.rss) / MB,
        'MB',
        300,
      ),
      detail: `${mb(peakRss)} beside ${mb(empty.rss)} without a hub; ${mb(
        rss,
      )} at the end`,
    },
    {
      ...finding(
        'longest stall of the event loop',
        eventLoopDelay.max,
        'ms',
        50,
      ),
      detail: `p99 ${eventLoopDelay.p99.toFixed(1)} ms; without the first ${
        SETTLE_MS / 1000
      } s, where it was ${firstStall.toFixed(0)} ms, and ${empty.stall.toFixed(
        0,
      )} ms without a hub`,
    },
  ];
}

function seconds(ms: number): number {
  return ms / 1000;
}

function mb(bytes: number): string {
  return `${(bytes / MB).toFixed(0)} MB`;
}
