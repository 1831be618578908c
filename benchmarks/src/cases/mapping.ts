import type { HubStatus, Placements } from 'backstage-plugin-argocd-hub-common';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inBenchmarks, typescript } from '../paths';
import type { Place } from '../Place';
import type { Finding } from '../report/Finding';
import { type Backend, startBackend } from '../subjects/startBackend';
import { Storage } from '../subjects/Storage';
import type { World } from '../World';

const ENTITIES = 10_000;
const WATCHED_MS = 60_000;
const READY_MS = 300_000;

/** What it costs to know which entity has which applications, beside a process that knows of none. */
export async function mapping(options: {
  place: Place;
  world: World;
}): Promise<Finding[]> {
  const { place, world } = options;
  const storage = await Storage.prepare(place, 'mapping');
  const backend = await start({ place, world, storage });
  await backend.child.until('a complete index', () => isComplete(backend), {
    timeoutMs: READY_MS,
  });
  const without = await cpuShare(backend);
  const startedAt = performance.now();
  const before = await backend.child.gauges();
  await backend.http.drain({ path: '/api/catalog/fill', method: 'POST' });
  await backend.child.until(
    'placements',
    async () => (await placed(backend)) === world.services.length,
    { timeoutMs: READY_MS },
  );
  const tookMs = performance.now() - startedAt;
  const { cpuMs } = await backend.child.gauges();
  const mapped = await cpuShare(backend);
  await storage.close();
  await backend.stop();
  const topic = `Mapping of ${ENTITIES.toLocaleString(
    'en-US',
  )} entities to ${world.applications.toLocaleString('en-US')} applications`;
  return [
    {
      topic,
      what: 'from a catalog that has them to placements of all',
      value: tookMs / 1_000,
      unit: 's',
      detail: `${((cpuMs - before.cpuMs) / 1_000).toFixed(
        1,
      )} s of CPU; the catalog is read every 10 s`,
    },
    {
      topic,
      what: 'CPU of a minute in which nothing changes, beside one without entities',
      value: mapped / without,
      unit: 'x',
      detail: `${mapped.toFixed(1)} % of a core to ${without.toFixed(
        1,
      )} %, the catalog's part of serving them included`,
    },
  ];
}

async function start(options: {
  place: Place;
  world: World;
  storage: Storage;
}): Promise<Backend> {
  const { place, world, storage } = options;
  const file = place.file('mapping', 'entities.json');
  writeFileSync(file, JSON.stringify(entitiesOf(world)));
  return startBackend({
    name: 'mapping',
    place,
    node: place.node,
    args: typescript(inBenchmarks('src', 'backend', 'servedCatalog.ts')),
    cwd: inBenchmarks(),
    env: { BENCH_ENTITIES: file },
    hubPort: world.port,
    readyPath: '/api/argocd-hub/hubs',
    backend: { database: storage.config },
    config: {
      argocdHub: {
        hubs: [{ name: 'main', url: world.url, token: world.token }],
      },
    },
  });
}

/** Every service of the hub, and others that select nothing. */
function entitiesOf({ services }: World): [string, string][] {
  const others = Array.from(
    { length: ENTITIES - services.length },
    (_, index) => `other-${index}`,
  );
  return [...services, ...others].map(name => [
    name,
    `app.kubernetes.io/name=${name}`,
  ]);
}

async function isComplete({ http }: Backend): Promise<boolean> {
  const { items } = await http.json<{ items: HubStatus[] }>({
    path: '/api/argocd-hub/hubs',
  });
  return items[0].complete;
}

/** Entities that are on some cluster. */
async function placed({ http }: Backend): Promise<number> {
  const { items } = await http.json<Placements>({
    path: '/api/argocd-hub/placements',
  });
  return items.filter(({ clusters }) => clusters.length > 0).length;
}

/** Percent of a core. */
async function cpuShare({ child }: Backend): Promise<number> {
  const before = await child.gauges();
  await sleep(WATCHED_MS);
  const after = await child.gauges();
  return ((after.cpuMs - before.cpuMs) / WATCHED_MS) * 100;
}
