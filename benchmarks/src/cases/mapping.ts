import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inBenchmarks, typescript } from '../paths';
import type { Place } from '../Place';
import { Watch, type Watched } from '../processes/Watch';
import type { Finding } from '../report/Finding';
import { refOf } from '../subjects/ours';
import { type Backend, startBackend } from '../subjects/startBackend';
import { Storage } from '../subjects/Storage';
import type { World } from '../World';
import {
  type ClaimingEntity,
  claimingEntities,
  claimingOne,
} from './claimingEntities';
import { mappingFindings } from './mappingFindings';
import { PlacementReader } from './PlacementReader';

const ENTITIES = 10_000;
const IDLE_MS = 60_000;
/** A backend that has just read much compiles, writes and tidies up for a while. */
const SETTLE_MS = 20_000;
const READY_MS = 300_000;
const EVERY_MS = 250;
const CHANGES = 3;

/** When what was reached, in milliseconds since it was begun. */
export interface Reached {
  /** rows in the database */
  storedMs: number;
  /** placements as they have to be */
  placedMs: number;
}

/** All that was measured. */
export interface MappingMeasured {
  /** a minute without entities, and one with all of them mapped */
  idle: Watched;
  mapped: Watched;
  filling: Watched & Reached;
  /** from the first change to the last one */
  changing: Watched;
  changes: Reached[];
}

interface Subject {
  backend: Backend;
  storage: Storage;
  reader: PlacementReader;
  world: World;
}

/** What it costs to know which entity has which applications, beside a process that knows of none. */
export async function mapping(options: {
  place: Place;
  world: World;
}): Promise<Finding[]> {
  const { place, world } = options;
  const entities = claimingEntities(world.places, ENTITIES);
  const storage = await Storage.prepare(place, 'mapping');
  const backend = await start({ place, world, storage, entities });
  const { child } = backend;
  await child.until('a complete index', () => isComplete(backend), {
    timeoutMs: READY_MS,
  });
  await sleep(SETTLE_MS);
  const reader = new PlacementReader(backend.http);
  const subject = { backend, storage, reader, world };
  await refuseMapped(subject, entities);
  const idle = await watchIdle(backend);
  const filling = await fill(subject, entities);
  await sleep(SETTLE_MS);
  const mapped = await watchIdle(backend);
  const changed = await change(subject, entities);
  await storage.close();
  await backend.stop();
  const sizes = { applications: world.applications, entities: ENTITIES };
  return mappingFindings(sizes, { idle, filling, mapped, ...changed });
}

/** Else they would be there whatever the mapping does. */
async function refuseMapped(
  { reader, storage }: Subject,
  entities: ClaimingEntity[],
): Promise<void> {
  await reader.read();
  const placed = reader.placed(entities);
  const stored = await storage.countClaims(entities.map(it => refOf(it.name)));
  if (placed + stored === 0) return;
  throw new Error(
    `${placed} entities are placed and ${stored} stored before the catalog has any`,
  );
}

/** Lets the catalog have them all. */
async function fill(
  subject: Subject,
  entities: ClaimingEntity[],
): Promise<Watched & Reached> {
  const { backend, storage } = subject;
  const refs = entities.map(({ name }) => refOf(name));
  const watch = await Watch.start(backend.child);
  const reached = await untilPlaced(subject, {
    entities,
    begin: () =>
      backend.http.drain({ path: '/api/catalog/fill', method: 'POST' }),
    isStored: () => storage.hasClaims(refs),
  });
  return { ...(await watch.end()), ...reached };
}

/** Changes one entity after the other, each while nothing else happens. */
async function change(
  subject: Subject,
  entities: ClaimingEntity[],
): Promise<Pick<MappingMeasured, 'changing' | 'changes'>> {
  const { backend, storage, world } = subject;
  const watch = await Watch.start(backend.child);
  const changes: Reached[] = [];
  for (const [at, entity] of severalOf(entities).entries()) {
    const changed = claimingOne(entity, world.places[at]);
    const { name, annotations } = changed;
    changes.push(
      await untilPlaced(subject, {
        entities: [changed],
        begin: () =>
          backend.http.drain({
            path: '/api/catalog/change',
            method: 'POST',
            body: { name, annotations },
          }),
        isStored: () =>
          storage.claimsByName(refOf(name), annotations['argocd/app-name']),
      }),
    );
  }
  return { changing: await watch.end(), changes };
}

/** Such as are on several clusters, so that one is a change. */
function severalOf(entities: ClaimingEntity[]): ClaimingEntity[] {
  return entities
    .filter(({ clusters }) => clusters.length > 1)
    .slice(0, CHANGES);
}

/**
 * From what begins it to placements of all that say what they have to. Nobody
 * asks the backend before the rows are there.
 */
async function untilPlaced(
  { backend, reader }: Subject,
  options: {
    entities: ClaimingEntity[];
    begin: () => Promise<unknown>;
    isStored: () => Promise<boolean>;
  },
): Promise<Reached> {
  const { entities, begin, isStored } = options;
  const timing = { timeoutMs: READY_MS, everyMs: EVERY_MS };
  const startedAt = performance.now();
  await begin();
  await backend.child.until('claims in the database', isStored, timing);
  const storedMs = performance.now() - startedAt;
  const isPlaced = async () => {
    await reader.read();
    return reader.placedRight(entities) === entities.length;
  };
  await backend.child.until('placements by them', isPlaced, timing);
  return { storedMs, placedMs: performance.now() - startedAt };
}

async function watchIdle({ child }: Backend): Promise<Watched> {
  const watch = await Watch.start(child);
  await sleep(IDLE_MS);
  return watch.end();
}

async function start(options: {
  place: Place;
  world: World;
  storage: Storage;
  entities: ClaimingEntity[];
}): Promise<Backend> {
  const { place, world, storage, entities } = options;
  const file = place.file('mapping', 'entities.json');
  writeFileSync(
    file,
    JSON.stringify(
      entities.map(({ name, annotations }) => ({ name, annotations })),
    ),
  );
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

async function isComplete({ http }: Backend): Promise<boolean> {
  const { items } = await http.json<{ items: HubStatus[] }>({
    path: '/api/argocd-hub/hubs',
  });
  return items[0].complete;
}
