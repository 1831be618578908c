import { setTimeout as sleep } from 'node:timers/promises';
import { amount, type Finding } from '../report/Finding';
import type { Ours } from '../subjects/ours';
import type { Service, World } from '../World';
import { causeChanges } from './causeChanges';
import { delaysOf } from './delaysOf';
import { HubWatch, type Sighting } from './HubWatch';

const BETWEEN_MS = 150;
const POLL_MS = 10;

/** When what was first seen. */
class Sightings {
  readonly times = new Map<string, number>();

  see(sightings: Sighting[]): void {
    const now = performance.now();
    for (const sighting of sightings) {
      const key = HubWatch.key(sighting);
      if (!this.times.has(key)) this.times.set(key, now);
    }
  }
}

/**
 * How long after the hub has told its watchers a change is in our database, and
 * in the answer of our route. Each sync makes two: it begins, it succeeds.
 */
export async function changes(options: {
  world: World;
  ours: Ours;
  service: Service;
  count: number;
}): Promise<Finding[]> {
  const { world, ours, service, count } = options;
  const watch = await HubWatch.open(world, service);
  const stop = new AbortController();
  const database = new Sightings();
  const route = new Sightings();
  const polling = Promise.all([
    poll(stop.signal, async () =>
      database.see(await inDatabase(ours, service)),
    ),
    poll(stop.signal, async () => route.see(await inRoute(ours, service))),
  ]);
  await sleep(500);
  const known = new Set([...database.times.keys(), ...watch.times.keys()]);
  await causeChanges({ world, service, count, betweenMs: BETWEEN_MS });
  stop.abort();
  watch.close();
  await polling;
  const told = [...watch.times].filter(([key]) => !known.has(key));
  const topic = `From a change at the hub, as it tells its watchers: ${world.applications.toLocaleString(
    'en-US',
  )} applications`;
  return [
    finding({
      topic,
      what: 'to its row in the database',
      told,
      seen: database,
    }),
    {
      ...finding({
        topic,
        what: 'to the answer of our route',
        told,
        seen: route,
      }),
      target: { atMost: 2_000 },
    },
  ];
}

function finding(options: {
  topic: string;
  what: string;
  told: [string, number][];
  seen: Sightings;
}): Finding {
  const { topic, what, told, seen } = options;
  const delays = delaysOf(told, ([key, at]) => [at, seen.times.get(key)]);
  return {
    topic,
    what: `${what}, p95`,
    value: delays.p95,
    unit: 'ms',
    detail: `p50 ${amount(delays.p50, 'ms')}, ${delays.counted}`,
  };
}

async function inDatabase(ours: Ours, service: Service): Promise<Sighting[]> {
  const keys = service.applications.map(
    ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
  );
  const bodies = await ours.storage.bodies(keys);
  return [...bodies].flatMap(([key, body]) => {
    const { operation } = JSON.parse(body);
    return operation ? { name: key.split('/')[1], ...operation } : [];
  });
}

async function inRoute(ours: Ours, service: Service): Promise<Sighting[]> {
  const { deployments } = await ours.deployments(service.name);
  return deployments.flatMap(({ name, operation }) =>
    operation ? { name, ...operation } : [],
  );
}

async function poll(
  signal: AbortSignal,
  look: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await look();
    await sleep(POLL_MS);
  }
}
