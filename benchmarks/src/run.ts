import { catalog } from './cases/catalog';
import { changes } from './cases/changes';
import { checkRows } from './cases/checkRows';
import { coldStart, type Empty, startEmpty } from './cases/coldStart';
import { fleet } from './cases/fleet';
import { growth } from './cases/growth';
import { idle } from './cases/idle';
import { live } from './cases/live';
import { mapping } from './cases/mapping';
import { pageViews } from './cases/pageViews';
import { permissions } from './cases/permissions';
import { routes } from './cases/routes';
import { upstream } from './cases/upstream';
import type { Place } from './Place';
import { Child } from './processes/Child';
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

/** Compared with itself on a small hub from here on. */
const BIG = 50_000;

/** All of it, one hub after the other. */
export async function runBenchmarks(run: Run): Promise<void> {
  const { place, settings } = run;
  if (settings.sizes.length > 0) {
    say('our backend without a hub');
    const empty = await startEmpty(place);
    for (const size of settings.sizes) {
      await unlessItFails(run, size, () => runSize(run, size, empty));
    }
  }
  if (settings.catalog && settings.sizes.length > 0) {
    say('catalog');
    run.report.add(...(await catalog(place)));
  }
  const { liveAt } = settings;
  if (liveAt) {
    await unlessItFails(run, liveAt, () => runLive(run, liveAt));
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

async function runLive(run: Run, size: Size): Promise<void> {
  const { place, report, settings } = run;
  say(`${size.applications} applications: open pages`);
  const world = await World.start(size, place);
  const service = await world.service(CELL);
  const count = settings.changes;
  report.add(...(await live({ place, world, service, count })));
  await world.stop();
}

async function runSize(run: Run, size: Size, empty: Empty): Promise<void> {
  const { place, report, settings } = run;
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
  if (settings.permissionsAt.includes(size.applications)) {
    say(`${size.applications} applications: permissions`);
    const { effort } = settings;
    report.add(
      ...(await permissions({ place, world, service: small, effort })),
    );
  }
  if (settings.mappingAt === size.applications) {
    say(`${size.applications} applications: mapping`);
    report.add(...(await mapping({ place, world })));
  }
  await world.stop();
}

async function measure(
  { place, report, settings }: Run,
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
  const isProfiled = Boolean(process.env.BENCH_CPU_PROF);
  if (isProfiled) await ours.child.gauges('profile');
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
  step('lists');
  report.add(...(await fleet({ world, ours, effort })));
  if (isProfiled) await ours.child.gauges('profiled');
  if (settings.quick && !isHeadline(world.size)) return;
  step('changes');
  report.add(
    ...(await changes({ world, ours, service: big, count: settings.changes })),
  );
  if (world.size.applications >= BIG) {
    step('growth');
    const it = { place, world, ours, service: small, effort };
    report.add(await growth(it));
  }
  step('idle');
  report.add(...(await idle({ world, ours, durationMs: settings.idleMs })));
}

function say(what: string): void {
  process.stderr.write(
    `  ${Math.round(performance.now() / 1000)} s: ${what}…\n`,
  );
}
