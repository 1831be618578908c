import { changes } from './cases/changes';
import { checkRows } from './cases/checkRows';
import { coldStart, type Empty } from './cases/coldStart';
import { fleet } from './cases/fleet';
import { growth } from './cases/growth';
import { idle } from './cases/idle';
import { mapping } from './cases/mapping';
import { pageViews } from './cases/pageViews';
import { permissions } from './cases/permissions';
import { routes } from './cases/routes';
import { upstream } from './cases/upstream';
import type { HubCase, HubPlan } from './plan';
import { say } from './progress';
import type { Finding } from './report/Finding';
import type { Run } from './run';
import { CELL, isHeadline, SMALL } from './settings';
import { startCommunity } from './subjects/community';
import { type Ours, startMapped, untilMapped } from './subjects/ours';
import { startRoadie } from './subjects/roadie';
import type { Incumbent } from './subjects/Subject';
import { type Service, World } from './World';

/** A case, what it is called while one waits for it, and how it is done. */
type Step = [name: HubCase, words: string, measureIt: () => Promise<Finding[]>];

interface Subjects {
  world: World;
  ours: Ours;
  incumbents: Incumbent[];
  big: Service;
  small: Service;
}

/** Those that start backends of their own, when no other takes memory. */
const ALONE: ReadonlySet<HubCase> = new Set(['permissions', 'mapping']);
const OF_INCUMBENTS: readonly HubCase[] = ['page-views', 'hub-calls'];

/** What is planned for one hub. @throws when something cannot be measured */
export async function runHub(
  run: Run,
  plan: HubPlan,
  empty: Empty | undefined,
): Promise<void> {
  const { place, settings } = run;
  const { size, cases } = plan;
  say(`${size.applications} applications: hub`);
  const world = await World.start(size, place);
  const big = await world.service(Math.min(CELL, size.clusters));
  const small = size.clusters >= CELL ? await world.service(SMALL) : big;
  if ([...cases].some(name => !ALONE.has(name))) {
    const subjects = await start(run, plan, { world, big, small, empty });
    await measure(run, plan, subjects);
    const { ours, incumbents } = subjects;
    await Promise.all([ours, ...incumbents].map(it => it.stop()));
  }
  const { effort } = settings;
  await take(run, plan, [
    [
      'permissions',
      'permissions',
      () => permissions({ place, world, service: small, effort }),
    ],
    ['mapping', 'mapping', () => mapping({ place, world })],
  ]);
  await world.stop();
}

/** All whose pages are compared, ours with an empty database. */
async function start(
  run: Run,
  { size, cases }: HubPlan,
  options: {
    world: World;
    big: Service;
    small: Service;
    empty: Empty | undefined;
  },
): Promise<Subjects> {
  const { place, settings, report } = run;
  const { world, big, small, empty } = options;
  const services = [...new Set([big, small])];
  say(`${size.applications} applications: cold start`);
  const ours =
    cases.has('cold-start') && empty
      ? await coldStart({
          ...settings,
          ...{ place, report, world, services, empty },
        })
      : await startMapped({ name: 'ours', place, world, services });
  const areCompared = OF_INCUMBENTS.some(name => cases.has(name));
  const incumbents =
    run.withIncumbents && areCompared
      ? await Promise.all([
          startRoadie(place, world),
          startCommunity(place, world),
        ])
      : [];
  await untilMapped(ours, services);
  return { world, ours, incumbents, big, small };
}

async function measure(
  run: Run,
  plan: HubPlan,
  subjects: Subjects,
): Promise<void> {
  const { place, settings } = run;
  const { world, ours, incumbents, big, small } = subjects;
  const { effort, slow, changes: count, idleMs } = settings;
  const applications = world.applications.toLocaleString('en-US');
  say(`${world.size.applications} applications: are the answers the same?`);
  for (const service of new Set([big, small])) {
    await checkRows(world, service, [ours, ...incumbents]);
  }
  const isProfiled = Boolean(process.env.BENCH_CPU_PROF);
  if (isProfiled) await ours.child.gauges('profile');
  await take(run, plan, [
    [
      'page-views',
      'page views',
      () =>
        pageViews({
          ...{ ...subjects, service: big },
          efforts: { ordinary: effort, slow },
          isHeadline: isHeadline(world.size),
        }),
    ],
    [
      'hub-calls',
      'calls of the hub',
      () => upstream({ ...subjects, service: big }),
    ],
    [
      'routes',
      'routes',
      () =>
        routes({
          topic: `Entity route, permissions off: ${applications} applications`,
          ...{ ours, service: small, effort },
          targets: { bare: { atMost: 2 }, catalog: { atMost: 1.5 } },
        }),
    ],
    ['lists', 'lists', () => fleet({ world, ours, effort })],
  ]);
  if (isProfiled) await ours.child.gauges('profiled');
  await take(run, plan, [
    ['changes', 'changes', () => changes({ world, ours, service: big, count })],
    [
      'growth',
      'growth',
      async () => [
        await growth({ place, world, ours, service: small, effort }),
      ],
    ],
    ['idle', 'idle', () => idle({ world, ours, durationMs: idleMs })],
  ]);
}

/** One case after the other, those that are planned. */
async function take(
  { report }: Run,
  { size, cases }: HubPlan,
  steps: Step[],
): Promise<void> {
  for (const [name, words, measureIt] of steps) {
    if (!cases.has(name)) continue;
    say(`${size.applications} applications: ${words}`);
    report.add(...(await measureIt()));
  }
}
