import type { EntityClaims } from '../store/ClaimStore';
import type { StoredApplication } from '../store/ApplicationStore';
import type { Store } from '../store/Store';
import { objectKey } from '../store/objectKeys';
import type { FollowedRule } from './following';
import { type RelevantSet, relevantSets, setNamesOf } from './sets';
import { type Onlooker, type Sight, sightOf } from './sight';

/** Names of sets that are looked up. */
const MOST_NAMES = 200;
/** Sets that an explanation tells of. */
const MOST_SETS = 50;
const BY_SIGHT: Record<Sight, number> = { all: 0, name: 1, none: 2 };

/** A set, and whether it has made what the rules of the entity do not find. */
export interface SetWithMade extends RelevantSet {
  hasOthers: boolean;
}

/** Reads the sets that matter to an entity, in two queries however many there are. */
export class RelevantSets {
  readonly #store: Pick<Store, 'applications' | 'applicationSets'>;

  constructor(options: {
    store: Pick<Store, 'applications' | 'applicationSets'>;
  }) {
    this.#store = options.store;
  }

  /** Those of hubs in scope. Where there are too many, those are left out first that nothing is told of. */
  async read(options: {
    claims: EntityClaims;
    followed: FollowedRule[];
    inScope: ReadonlySet<string>;
    onlooker: Onlooker;
  }): Promise<{ sets: SetWithMade[]; moreSets: boolean }> {
    const { claims, followed, inScope, onlooker } = options;
    const { taken } = onlooker;
    const names = [...setNamesOf(claims, taken)];
    const found = await this.#store.applicationSets.list({
      names: names.slice(0, MOST_NAMES),
    });
    const sets = found.filter(({ hub }) => inScope.has(hub));
    const relevant = relevantSets({ claims, taken, sets }).map(set => ({
      set,
      sight: sightOf(set, onlooker),
    }));
    const kept = [...relevant]
      .sort((a, b) => BY_SIGHT[a.sight] - BY_SIGHT[b.sight])
      .slice(0, MOST_SETS);
    const isKept = new Set(kept);
    return {
      sets: await this.#withMade(
        relevant.filter(each => isKept.has(each)).map(({ set }) => set),
        followed,
      ),
      moreSets:
        names.length > MOST_NAMES ||
        // That there are more than may be told of is not told.
        relevant.some(each => !isKept.has(each) && each.sight !== 'none'),
    };
  }

  async #withMade(
    sets: RelevantSet[],
    followed: FollowedRule[],
  ): Promise<SetWithMade[]> {
    if (sets.length === 0) {
      return [];
    }
    const names = new Set(sets.map(({ record: { name } }) => name));
    const places = await this.#store.applications.placesOfSets([...names]);
    const made = new Map<string, { count: number; clusters: Set<string> }>();
    for (const { cluster, count, ...set } of places) {
      const key = objectKey(set);
      const known = made.get(key) ?? { count: 0, clusters: new Set() };
      known.count += count;
      if ('name' in cluster) known.clusters.add(cluster.name);
      made.set(key, known);
    }
    const found = countsOf(followed);
    return sets.map(set => {
      const key = objectKey(set.record);
      const { count = 0, clusters = new Set<string>() } = made.get(key) ?? {};
      const hasOthers = count > (found.get(key) ?? 0);
      return { ...set, occupied: clusters, hasOthers };
    });
  }
}

/** Of each set, how many of its applications the rules find, be they open to the entity or not. */
function countsOf(followed: FollowedRule[]): Map<string, number> {
  const found = new Set<StoredApplication>(
    followed.flatMap(({ taken, withheld }) => [...taken, ...withheld]),
  );
  const counts = new Map<string, number>();
  for (const { hub, namespace, applicationSet } of found) {
    if (applicationSet) {
      const key = objectKey({ hub, namespace, name: applicationSet });
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}
