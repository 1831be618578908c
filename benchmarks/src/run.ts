import { catalog } from './cases/catalog';
import { startEmpty } from './cases/coldStart';
import { live } from './cases/live';
import type { Place } from './Place';
import type { Plan } from './plan';
import { Child } from './processes/Child';
import { say } from './progress';
import type { Report } from './report/Report';
import { runHub } from './runHub';
import { CELL, LIVE_AT, type Settings, type Size } from './settings';
import { World } from './World';

export interface Run {
  place: Place;
  report: Report;
  plan: Plan;
  settings: Settings;
  withIncumbents: boolean;
}

/** All that is planned, one hub after the other. */
export async function runBenchmarks(run: Run): Promise<void> {
  const { place, plan, report } = run;
  const startsCold = plan.hubs.some(({ cases }) => cases.has('cold-start'));
  if (startsCold) say('our backend without a hub');
  const empty = startsCold ? await startEmpty(place) : undefined;
  for (const hub of plan.hubs) {
    await unlessItFails(run, hub.size, () => runHub(run, hub, empty));
  }
  if (plan.others.has('catalog')) {
    say('catalog');
    report.add(...(await catalog(place)));
  }
  if (plan.others.has('live')) {
    await unlessItFails(run, LIVE_AT, () => runLive(run));
  }
}

/** What was measured before is kept; the run has failed all the same. */
async function unlessItFails(
  { report }: Run,
  { applications }: Size,
  measureIt: () => Promise<void>,
): Promise<void> {
  try {
    await measureIt();
  } catch (error) {
    Child.killAll();
    const { message } = error as Error;
    report.fail(`failed: ${applications} applications: ${message}`);
  }
}

async function runLive({ place, report, settings }: Run): Promise<void> {
  say(`${LIVE_AT.applications} applications: open pages`);
  const world = await World.start(LIVE_AT, place);
  const service = await world.service(CELL);
  const count = settings.changes;
  report.add(...(await live({ place, world, service, count })));
  await world.stop();
}
