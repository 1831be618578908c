import type { CatalogTurns } from '../backend/catalogTurns';
import { median } from '../measure/statistics';
import { inBenchmarks, typescript } from '../paths';
import type { Place } from '../Place';
import { amount, type Finding } from '../report/Finding';
import { startBackend } from '../subjects/startBackend';

const READY_MS = 180_000;
const MOST_MS = 0.2;
const TOPIC =
  'Catalog: 10,000 entities, each on 50 of 500 clusters, processed once';

/** What our processor costs the catalog for every entity, beside what the catalog does itself. */
export async function catalog(place: Place): Promise<Finding[]> {
  return [
    ...(await measured({ place, what: 'annotations', dependsOn: false })),
    ...(await measured({
      ...{ place, what: 'annotations and relations', dependsOn: true },
    })),
  ];
}

async function measured(options: {
  place: Place;
  what: string;
  dependsOn: boolean;
}): Promise<Finding[]> {
  const { place, what, dependsOn } = options;
  const backend = await startBackend({
    name: dependsOn ? 'catalog-relations' : 'catalog-annotations',
    place,
    node: place.node,
    args: typescript(inBenchmarks('src', 'backend', 'catalogModule.ts')),
    cwd: inBenchmarks(),
    hubPort: 0,
    readyPath: '/.backstage/health/v1/readiness',
    backend: {
      database: { client: 'better-sqlite3', connection: ':memory:' },
    },
    config: { argocdHub: { hubs: [], catalog: { dependsOn } } },
  });
  const turns = await backend.child.until(
    'turns',
    () => backend.http.json<CatalogTurns>({ path: '/api/catalog/turns' }),
    { timeoutMs: READY_MS },
  );
  await backend.stop();
  return findings(what, turns);
}

function findings(what: string, turns: CatalogTurns): Finding[] {
  const [without, both, alone] = [turns.without, turns.with, turns.alone].map(
    each => median(each),
  );
  return [
    {
      topic: TOPIC,
      what: `${what}: our part of an entity`,
      value: alone,
      unit: 'ms',
      target: { atMost: MOST_MS },
      detail: `${turns.written.toLocaleString('en-US')} entities written on`,
    },
    {
      topic: TOPIC,
      what: `${what}: with us beside without`,
      value: median(turns.with.map((each, at) => each / turns.without[at])),
      unit: 'x',
      detail: `${us(both)} to ${us(
        without,
      )} of validation alone: the catalog's database, which takes far longer, is left out`,
    },
  ];
}

function us(ms: number): string {
  return amount(ms * 1_000, 'µs');
}
