import type { CatalogProcessorCache } from '@backstage/plugin-catalog-node';
import { component } from '../__testUtils__/startCatalog';
import { placement } from '../__testUtils__/FakeHub';
import { PlacementProcessor } from './PlacementProcessor';
import { PlacementSnapshot } from './PlacementSnapshot';

const ENTITIES = 10_000;
const CLUSTERS = Array.from({ length: 500 }, (_, index) => `cluster-${index}`);
const LOCATION = { type: 'url', target: 'http://example.com' };

/** The catalog's cache of one entity: it is read with the entity and written back when it differs. */
class Cache implements CatalogProcessorCache {
  value: any;
  sets = 0;

  async get() {
    return this.value;
  }

  async set(_: string, value: any) {
    this.sets += 1;
    this.value = value;
  }
}

async function process(
  processor: PlacementProcessor,
  name: string,
  cache: CatalogProcessorCache = new Cache(),
) {
  const emitted: any[] = [];
  const entity = await processor.preProcessEntity(
    component(name),
    LOCATION,
    result => emitted.push(result),
    LOCATION,
    cache,
  );
  return { entity, emitted };
}

function loaded(...items: ReturnType<typeof placement>[]) {
  const snapshot = new PlacementSnapshot();
  snapshot.apply({
    ...{ cursor: 'a.1', complete: true, trustworthy: true, items },
  });
  return snapshot;
}

describe('PlacementProcessor', () => {
  it('touches nothing but memory for 10,000 entities on 500 clusters', async () => {
    const snapshot = loaded(
      ...Array.from({ length: ENTITIES }, (_, index) =>
        placement(
          `service-${index}`,
          ...CLUSTERS.slice(index % 450, (index % 450) + 50),
        ),
      ),
    );
    const processor = new PlacementProcessor({ snapshot, dependsOn: true });
    const outside = jest.spyOn(global, 'fetch');
    const timers = jest.spyOn(global, 'setTimeout');

    let annotated = 0;
    // What never leaves memory never leaves this turn of the event loop either.
    let turns = 0;
    const counting = setImmediate(() => {
      turns += 1;
    });
    for (let index = 0; index < ENTITIES; index++) {
      const { entity, emitted } = await process(processor, `service-${index}`);
      const { annotations = {} } = entity.metadata;
      if (annotations['argocd-hub/cluster-count'] === '50') annotated += 1;
      expect(emitted).toHaveLength(1 + 2 * 50);
    }
    expect(turns).toBe(0);
    clearImmediate(counting);

    expect(annotated).toBe(ENTITIES);
    expect(outside).not.toHaveBeenCalled();
    expect(timers).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });

  it('remembers only what there is to remember', async () => {
    const processor = new PlacementProcessor({
      snapshot: loaded(placement('agent', 'prod')),
      dependsOn: false,
    });
    const [there, nowhere] = [new Cache(), new Cache()];
    await process(processor, 'agent', there);
    await process(processor, 'other', nowhere);
    expect(there.value).toEqual({ clusters: ['prod'], environments: ['prod'] });
    expect(nowhere.sets).toBe(0);
  });

  it('writes the same before anything is known, and forgets nothing by that', async () => {
    const cache = new Cache();
    const first = new PlacementProcessor({
      snapshot: loaded(placement('agent', 'dr', 'prod')),
      dependsOn: true,
    });
    const before = await process(first, 'agent', cache);
    const { sets } = cache;

    const restarted = new PlacementProcessor({
      snapshot: new PlacementSnapshot(),
      dependsOn: true,
    });
    for (let times = 0; times < 10; times++) {
      expect(await process(restarted, 'agent', cache)).toEqual(before);
    }
    expect(cache.sets).toBe(sets);
  });

  it('names a hundred clusters and counts them all', async () => {
    const processor = new PlacementProcessor({
      snapshot: loaded(placement('agent', ...CLUSTERS)),
      dependsOn: false,
    });
    const { entity } = await process(processor, 'agent');
    const annotations = entity.metadata.annotations!;
    expect(annotations['argocd-hub/clusters'].split(',')).toHaveLength(100);
    expect(annotations['argocd-hub/cluster-count']).toBe('500');
  });

  it.each(['Location', 'User', 'Group', 'Template'])(
    'leaves a %s alone',
    async kind => {
      const processor = new PlacementProcessor({
        snapshot: loaded(),
        dependsOn: true,
      });
      const entity = { ...component('x'), kind };
      const emit = jest.fn();
      expect(
        await processor.preProcessEntity(
          ...([entity, LOCATION, emit, LOCATION, new Cache()] as const),
        ),
      ).toBe(entity);
      expect(emit).not.toHaveBeenCalled();
    },
  );
});
