import {
  componentEntityV1alpha1Validator,
  DefaultNamespaceEntityPolicy,
  type Entity,
  EntityPolicies,
  FieldFormatEntityPolicy,
  NoForeignRootFieldsEntityPolicy,
  SchemaValidEntityPolicy,
} from '@backstage/catalog-model';
import type {
  CatalogProcessor,
  CatalogProcessorCache,
} from '@backstage/plugin-catalog-node';

const LOCATION = { type: 'url', target: 'https://example.com' };

/** Milliseconds for each entity, one number for each round. */
export interface CatalogTurns {
  without: number[];
  with: number[];
  alone: number[];
  /** entities on which the processor has written something */
  written: number;
}

/** What the catalog itself does with every entity, without its database. */
const policies = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);

/** What the catalog keeps for a processor beside an entity, and reads with it. */
class Cache implements CatalogProcessorCache {
  readonly #values = new Map<string, any>();

  async get(key: string) {
    return this.#values.get(key);
  }

  async set(key: string, value: any) {
    this.#values.set(key, value);
  }
}

/** The catalog's own work on every entity and that of a processor take turns. */
export async function takeCatalogTurns(options: {
  processor: CatalogProcessor;
  entities: Entity[];
  rounds: number;
}): Promise<CatalogTurns> {
  const { processor, entities, rounds } = options;
  const caches = entities.map(() => new Cache());
  const process = (entity: Entity, index: number) =>
    processor.preProcessEntity!(
      ...([entity, LOCATION, () => {}, LOCATION, caches[index]] as const),
    );
  const turns: CatalogTurns = { without: [], with: [], alone: [], written: 0 };
  const works = {
    without: validate,
    with: async (entity: Entity, index: number) =>
      validate(await process(entity, index)),
    alone: process,
  };
  for (let round = -1; round < rounds; round++) {
    for (const name of ['without', 'with', 'alone'] as const) {
      const each = await timed(entities, works[name]);
      // The first turn warms up.
      if (round >= 0) turns[name].push(each);
    }
  }
  for (const [index, entity] of entities.entries()) {
    if ((await process(entity, index)) !== entity) turns.written += 1;
  }
  return turns;
}

async function validate(entity: Entity): Promise<void> {
  const valid = await policies.enforce(entity);
  await componentEntityV1alpha1Validator.check(valid!);
}

async function timed(
  entities: Entity[],
  work: (entity: Entity, index: number) => Promise<unknown>,
): Promise<number> {
  const begin = performance.now();
  for (const [index, entity] of entities.entries()) {
    await work(entity, index);
  }
  return (performance.now() - begin) / entities.length;
}
