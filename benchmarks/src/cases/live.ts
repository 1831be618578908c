import type { Place } from '../Place';
import { amount, type Finding } from '../report/Finding';
import { type Ours, startMapped, startOurs } from '../subjects/ours';
import { type Shown, Tab } from '../subjects/Tab';
import type { Service, World } from '../World';
import { causeChanges } from './causeChanges';
import { delaysOf } from './delaysOf';
import { HubWatch } from './HubWatch';

/** Not a multiple of the second after which signals come. */
const BETWEEN_MS = 730;

type Change = Omit<Shown, 'at'>;

/**
 * How long after the hub has told its watchers a change is on a page that
 * somebody looks at, at the replica that mirrors and at another one. Each sync
 * makes two changes: it begins, it succeeds.
 */
export async function live(options: {
  place: Place;
  world: World;
  service: Service;
  count: number;
}): Promise<Finding[]> {
  const { place, world, service, count } = options;
  const services = [service];
  // SQLite has one replica only.
  const postgres = process.env.BENCH_POSTGRES;
  const common = { place, world, services, postgres };
  const first = await startMapped({ name: 'live', ...common });
  const replicas = [first];
  if (postgres) {
    const another = { name: 'live-replica', ours: first };
    replicas.push(await startOurs({ ...another, ...common }));
  }
  const watch = await HubWatch.open(world, service);
  const tabs = await Promise.all(
    replicas.map(replica => Tab.open(replica, service.name)),
  );
  const known = new Set(watch.times.keys());
  await causeChanges({ world, service, count, betweenMs: BETWEEN_MS });
  const told = [...watch.told].filter(([key]) => !known.has(key));
  watch.close();
  tabs.forEach(tab => tab.close());
  await stop(replicas);
  const topic = `From a change at the hub to an open page: ${world.applications.toLocaleString(
    'en-US',
  )} applications`;
  return ['the replica that mirrors', 'another replica'].map((where, at) => ({
    topic,
    what: `at ${where}, p95`,
    unit: 'ms',
    target: { atMost: 2_000 },
    ...measured(told, tabs[at]),
  }));
}

function measured(
  told: [string, Change & { at: number }][],
  tab: Tab | undefined,
): Pick<Finding, 'value' | 'detail'> {
  if (!tab) {
    return { value: NaN, detail: 'needs a PostgreSQL in BENCH_POSTGRES' };
  }
  const delays = delaysOf(told, ([, one]) => [one.at, shownAt(one, tab)]);
  const gaps = tab.signals.slice(1).map((at, index) => at - tab.signals[index]);
  const say = (value: number) => amount(value, 'ms');
  return {
    value: delays.p95,
    detail: [
      `p50 ${say(delays.p50)}`,
      `longest ${say(delays.longest)}`,
      delays.counted,
      `${tab.signals.length} signals, ${say(Math.min(...gaps))} apart at least`,
      `${tab.asked} requests, ${tab.unchanged} of them in vain`,
    ].join(', '),
  };
}

/** When the page showed the change, or what came after it. */
function shownAt(change: Change, { shown }: Tab): number {
  const wanted = orderOf(change);
  const found = shown.find(
    one => one.name === change.name && orderOf(one) >= wanted,
  );
  return found?.at ?? Infinity;
}

function orderOf({ startedAt, phase }: Change): number {
  return Date.parse(startedAt) + (phase === 'Running' ? 0 : 1);
}

async function stop(replicas: Ours[]): Promise<void> {
  for (const replica of replicas.reverse()) await replica.stop();
}
