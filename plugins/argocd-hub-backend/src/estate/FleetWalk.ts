import type { Unmapped } from '../mapping/placements';
import type { StoredApplication } from '../store/ApplicationStore';
import type { FleetCount, FleetFilter, FleetStore } from '../store/FleetStore';
import { keyInHub } from '../store/objectKeys';
import type { Estate } from './Estate';
import {
  compareStops,
  type FleetPart,
  type FleetPosition,
  shownAt,
  type Stop,
  type WantedStates,
} from './fleetStops';
import { unmappedParts } from './unmappedParts';

/** Applications that one statement looks at; fewer where all of them are wanted. */
const WINDOW = 500;
/** Clusters that one statement names. */
const MOST_CLUSTERS = 100;
/** Applications that are read for one page; it may come out short, with a position to go on. */
const MOST_SCANNED = 10_000;

/** How many applications of a stop may be wanted; undefined where nobody has counted. */
type Sizes = (stop: Stop) => number | undefined;

interface WantedUnmapped {
  /** As the mapping last saw it. */
  known: Unmapped;
  /** By the claims of now. */
  isStill(application: StoredApplication): boolean;
}

/**
 * Goes through a fleet, one stop after the other, and takes what is wanted.
 * What is read for one page has an upper bound, however little is found. To
 * filter, an index is read before: of all places that are left to go to.
 */
export class FleetWalk {
  readonly #estate: Estate;
  readonly #fleet: FleetStore;
  readonly #filter: FleetFilter;
  readonly #states: WantedStates;
  readonly #unmapped: WantedUnmapped | undefined;
  readonly #isSelective: boolean;
  readonly #limit: number;
  readonly #window: number;
  #sizes: Sizes;

  constructor(options: {
    estate: Estate;
    fleet: FleetStore;
    filter: Pick<FleetFilter, 'project' | 'text'>;
    states: WantedStates;
    /** Where only applications without an entity are wanted. */
    unmapped?: WantedUnmapped;
    /** Applications of a page. */
    limit: number;
  }) {
    const { filter, states, limit } = options;
    this.#estate = options.estate;
    this.#fleet = options.fleet;
    this.#states = states;
    this.#unmapped = options.unmapped;
    this.#filter = {
      ...filter,
      // Any word but Unknown is shown only where it is reported.
      ...(states.sync !== 'Unknown' && { sync: states.sync }),
      ...(states.health !== 'Unknown' && { health: states.health }),
    };
    this.#isSelective = hasAny(this.#filter);
    this.#limit = limit;
    const takesAll = !this.#isSelective && !hasAny(states) && !options.unmapped;
    this.#window = takesAll ? Math.min(WINDOW, limit + 1) : WINDOW;
    this.#sizes = estateSizes(this.#estate);
  }

  /**
   * @param stops - as `fleetStops` made them
   * @param after - `next` of the page before
   * @returns `next` where there may be more
   */
  async page(
    stops: Stop[],
    after?: FleetPosition,
  ): Promise<{ applications: StoredApplication[]; next?: FleetPosition }> {
    const limit = this.#limit;
    const found: StoredApplication[] = [];
    let scanned = 0;
    for await (const part of this.#parts(stops, after)) {
      found.push(...part.found.filter(it => this.#takes(it)));
      scanned += part.scanned;
      if (found.length > limit) {
        const applications = found.slice(0, limit);
        return { applications, next: this.#at(applications[limit - 1]) };
      }
      if (scanned >= MOST_SCANNED) {
        return { applications: found, next: part.reached };
      }
    }
    return { applications: found };
  }

  async *#parts(
    stops: Stop[],
    after: FleetPosition | undefined,
  ): AsyncGenerator<FleetPart> {
    const compare = compareStops(this.#estate.config.environments);
    const rest = stops.filter(stop => !after || compare(stop, after) > 0);
    const begun = stops.find(stop => after && compare(stop, after) === 0);
    const left = begun ? [begun, ...rest] : rest;
    if (this.#unmapped) {
      yield* unmappedParts({
        fleet: this.#fleet,
        unmapped: this.#unmapped.known,
        stops: left,
        after,
        filter: this.#filter,
        size: this.#window,
      });
      return;
    }
    if (this.#isSelective && !this.#isReadAtOnce(left)) {
      const counts = await this.#fleet.counts(this.#filter, { at: left });
      this.#sizes = countedSizes(counts);
    }
    if (begun && after?.key !== undefined && this.#sizeOf(begun) !== 0) {
      yield* this.#windows(begun, after.key);
    }
    const worthwhile = rest.filter(stop => this.#sizeOf(stop) !== 0);
    for (const group of this.#groups(worthwhile)) {
      if (this.#isLarge(group[0])) {
        yield* this.#windows(group[0]);
      } else {
        yield this.#together(group);
      }
    }
  }

  /** A stop alone, as many at a time as a statement may look at. */
  async *#windows(stop: Stop, after?: string): AsyncGenerator<FleetPart> {
    let last = after;
    do {
      const { found, end } = await this.#fleet.window({
        hub: stop.hub,
        cluster: stop.cluster,
        after: last,
        size: this.#window,
        filter: this.#filter,
      });
      yield {
        found,
        reached: { ...stop, ...(end !== undefined && { key: end }) },
        scanned: end === undefined ? found.length : this.#window,
      };
      last = end;
    } while (last !== undefined);
  }

  /** Several clusters of a hub that are small enough for one statement. */
  async #together(group: Stop[]): Promise<FleetPart> {
    const clusters = group.flatMap(({ cluster }) => cluster ?? []);
    const rank = new Map(clusters.map((name, index) => [name, index]));
    const rankOf = ({ cluster }: StoredApplication) =>
      'name' in cluster ? rank.get(cluster.name)! : clusters.length;
    const found = await this.#fleet.on({
      hub: group[0].hub,
      clusters,
      filter: this.#filter,
    });
    return {
      // Within a cluster the order of the database stays: it knows what comes after a key.
      found: found.sort((a, b) => rankOf(a) - rankOf(b)),
      reached: group[group.length - 1],
      scanned: group.reduce((sum, stop) => sum + (this.#sizeOf(stop) ?? 0), 0),
    };
  }

  /** A large stop is a group of its own. */
  #groups(stops: Stop[]): Stop[][] {
    const groups: Stop[][] = [];
    let size = 0;
    for (const stop of stops) {
      const group = groups.at(-1);
      const fits =
        group !== undefined &&
        group[0].hub === stop.hub &&
        group.length < MOST_CLUSTERS &&
        size + (this.#sizeOf(stop) ?? 0) <= this.#window &&
        !this.#isLarge(stop) &&
        !this.#isLarge(group[0]);
      if (fits) {
        group.push(stop);
        size += this.#sizeOf(stop) ?? 0;
      } else {
        groups.push([stop]);
        size = this.#sizeOf(stop) ?? 0;
      }
    }
    return groups;
  }

  /** Whether one statement can read all of them: nothing is saved by counting before. */
  #isReadAtOnce(stops: Stop[]): boolean {
    const [group, ...others] = this.#groups(stops);
    return others.length === 0 && !(group && this.#isLarge(group[0]));
  }

  #isLarge(stop: Stop): boolean {
    return (
      stop.cluster === undefined || (this.#sizeOf(stop) ?? 0) > this.#window
    );
  }

  #sizeOf(stop: Stop): number | undefined {
    return this.#sizes(stop);
  }

  #takes(application: StoredApplication): boolean {
    const { sync, health } = this.#states;
    const shown = shownAt(this.#estate, this.#at(application), application);
    return (
      shown !== undefined &&
      (sync === undefined || shown.sync.status === sync) &&
      (health === undefined || shown.health.status === health) &&
      (this.#unmapped?.isStill(application) ?? true)
    );
  }

  #at(application: StoredApplication): FleetPosition & { key: string } {
    const { hub, cluster } = application;
    const key = keyInHub(application);
    if (!('name' in cluster)) {
      return { hub, key };
    }
    const view = this.#estate.cluster(hub, cluster.name);
    return {
      hub,
      cluster: cluster.name,
      environment: view?.summary.environment,
      key,
    };
  }
}

function hasAny(wanted: object): boolean {
  return Object.values(wanted).some(each => each !== undefined);
}

/** As the mirror counted a moment ago; what goes nowhere it does not count. */
function estateSizes(estate: Estate): Sizes {
  return ({ hub, cluster }) => {
    const view =
      cluster === undefined ? undefined : estate.cluster(hub, cluster);
    return view?.record.facts.applications || undefined;
  };
}

function countedSizes(counts: FleetCount[]): Sizes {
  const sizes = new Map(
    counts.map(count => [placeOf(count), count.applications]),
  );
  return stop => sizes.get(placeOf(stop)) ?? 0;
}

function placeOf({ hub, cluster }: Pick<Stop, 'hub' | 'cluster'>): string {
  return JSON.stringify([hub, cluster]);
}
