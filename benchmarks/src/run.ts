import { changes } from './cases/changes';
import { checkRows } from './cases/checkRows';
import { coldStart, type Empty, startEmpty } from './cases/coldStart';
import { idle } from './cases/idle';
import { pageViews } from './cases/pageViews';
import { routes } from './cases/routes';
import { upstream } from './cases/upstream';
import type { Place } from './Place';
import type { Report } from './report/Report';
import { CELL, isHeadline, type Settings, type Size, SMALL } from './settings';
import { startCommunity } from './subjects/community';
import { type Ours, untilMapped } from './subjects/ours';
import { startRoadie } from './subjects/roadie';
import type { Incumbent } from './subjects/Subject';
import { type Service, World } from './World';

interface Run {
  place: Place;
  report: Report;
  settings: Settings;
  withIncumbents: boolean;
}

/** All of it, one hub after the other. */
export async function runBenchmarks(run: Run): Promise<void> {
  const { place, settings } = run;
  say('our backend without a hub');
  const empty = await startEmpty(place);
  for (const size of settings.sizes) await runSize(run, size, empty);
}

async function runSize(run: Run, size: Size, empty: Empty): Promise<void> {
  const { place, settings } = run;
  say(`${size.applications} applications: hub`);
  const world = await World.start(size, place);
  const big = await world.service(Math.min(CELL, size.clusters));
  const small = size.clusters >= CELL ? await world.service(SMALL) : big;
  const services = [...new Set([big, small])];
  say(`${size.applications} applications: cold start`);
  const ours = await coldStart({
    ...run,
    ...settings,
    world,
    services,
    empty,
  });
  const incumbents = run.withIncumbents
    ? await Promise.all([
        startRoadie(place, world),
        startCommunity(place, world),
      ])
    : [];
  await untilMapped(ours, services);
  await measure(run, { world, ours, incumbents, big, small });
  await Promise.all([ours, ...incumbents].map(it => it.stop()));
  await world.stop();
}

async function measure(
  { report, settings }: Run,
  subjects: {
    world: World;
    ours: Ours;
    incumbents: Incumbent[];
    big: Service;
    small: Service;
  },
): Promise<void> {
  const { world, ours, incumbents, big, small } = subjects;
  const { effort } = settings;
  const step = (what: string) =>
    say(`${world.size.applications} applications: ${what}`);
  step('are the answers the same?');
  for (const service of new Set([big, small])) {
    await checkRows(world, service, [ours, ...incumbents]);
  }
  step('page views');
  report.add(
    ...(await pageViews({
      ...subjects,
      service: big,
      efforts: { ordinary: effort, slow: settings.slow },
      isHeadline: isHeadline(world.size),
    })),
  );
  step('calls of the hub');
  report.add(...(await upstream({ ...subjects, service: big })));
  step('routes');
  report.add(
    ...(await routes({
      topic: `Entity route, permissions off: ${world.applications.toLocaleString(
        'en-US',
      )} applications`,
      ours,
      service: small,
      effort,
      targets: { bare: { atMost: 2 }, catalog: { atMost: 1.5 } },
    })),
  );
  step('changes');
  report.add(
    ...(await changes({ world, ours, service: big, count: settings.changes })),
  );
  step('idle');
  report.add(...(await idle({ world, ours, durationMs: settings.idleMs })));
}

function say(what: string): void {
  process.stderr.write(`  ${performance.now().toFixed(0)} ${what}…\n`);
}
