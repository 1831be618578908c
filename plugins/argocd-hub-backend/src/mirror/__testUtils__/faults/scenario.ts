import type {
  TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { freshDatabase } from '../freshDatabase';
import { World, type WorldOptions } from './World';

/** One thing that happens to a world, or that is expected of it by now. */
export type Step = (world: World) => Promise<unknown> | unknown;

export type Given = Omit<WorldOptions, 'knex'> & {
  databases: TestDatabases;
  id: TestDatabaseId;
};

export class Scenario {
  readonly #given: Given;
  readonly #steps: Step[] = [];

  constructor(options: Given) {
    this.#given = options;
  }

  when(...steps: Step[]): this {
    this.#steps.push(...steps);
    return this;
  }

  /** Like `when`, for what is expected in between. */
  expect(...steps: Step[]): this {
    return this.when(...steps);
  }

  async thenItHolds(options: { withinMs?: number } = {}): Promise<void> {
    const { databases, id, ...worldOptions } = this.#given;
    const knex = await freshDatabase(databases, id);
    const world = await World.start({ ...worldOptions, knex });
    let at = 0;
    try {
      for (const step of this.#steps) {
        at += 1;
        await step(world);
      }
      at = 0;
      await world.holds(options);
    } catch (error) {
      const where = at ? `step ${at} of ${this.#steps.length}` : 'the end';
      (error as Error).message += `\n(at ${where}, seed ${world.seed})`;
      throw error;
    } finally {
      await world.stop();
    }
  }
}

/**
 * A scenario as people tell it. It runs with `thenItHolds`, which asks all three
 * judges; a failure names the step, and the seed of what was random.
 *
 * ```ts
 * await given({ databases, id })
 *   .when(changesGoOn(), hubBreaks({ kind: 'refused' }), timePasses(5_000))
 *   .when(hubHeals())
 *   .thenItHolds();
 * ```
 */
export function given(options: Given): Scenario {
  return new Scenario(options);
}
