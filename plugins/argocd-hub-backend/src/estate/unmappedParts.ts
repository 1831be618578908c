import { type Unmapped, unmappedAt } from '../mapping/placements';
import type { StoredApplication } from '../store/ApplicationStore';
import type { FleetFilter, FleetStore } from '../store/FleetStore';
import { keyInHub } from '../store/objectKeys';
import type { FleetPart, FleetPosition, Stop } from './fleetStops';

/** An application that had no entity, at the stop where it was. */
interface Wanted {
  stop: Stop;
  key: string;
}

/**
 * Reads what had no entity when the mapping last looked, stop by stop, and
 * nothing else: a fleet in which all but a few are mapped is not read for them.
 * What is gone or goes elsewhere by now is left out.
 *
 * @param options.stops - in order; the first may be the one where `after` is
 * @param options.size - how many applications a statement names at the most
 */
export async function* unmappedParts(options: {
  fleet: FleetStore;
  unmapped: Unmapped;
  stops: Stop[];
  after?: FleetPosition;
  filter: FleetFilter;
  size: number;
}): AsyncGenerator<FleetPart> {
  const { fleet, filter } = options;
  for (const batch of batches(options)) {
    const applications = await fleet.some({
      hub: batch[0].stop.hub,
      keys: batch.map(({ key }) => key),
      filter,
    });
    const byKey = new Map(applications.map(it => [keyInHub(it), it]));
    const there = batch.filter(({ stop, key }) => {
      const application = byKey.get(key);
      // Who asks may see this stop, but perhaps not where it goes now.
      return application !== undefined && goesTo(application, stop);
    });
    // A cursor can be read. Where nothing is left that may be named, it names
    // what was at this stop, and so was to be seen, when the mapping looked.
    const last = there.at(-1) ?? batch[batch.length - 1];
    yield {
      found: there.map(({ key }) => byKey.get(key)!),
      reached: { ...last.stop, key: last.key },
      scanned: batch.length,
    };
  }
}

/** Each of one hub. */
function* batches(options: {
  unmapped: Unmapped;
  stops: Stop[];
  after?: FleetPosition;
  size: number;
}): Generator<Wanted[]> {
  const { unmapped, stops, after, size } = options;
  let batch: Wanted[] = [];
  for (const stop of stops) {
    const isBegun = stop.hub === after?.hub && stop.cluster === after.cluster;
    for (const key of unmapped.get(unmappedAt(stop)) ?? []) {
      if (isBegun && (after.key === undefined || key <= after.key)) continue;
      if (batch.length === size || batch.at(0)?.stop.hub !== stop.hub) {
        if (batch.length > 0) yield batch;
        batch = [];
      }
      batch.push({ stop, key });
    }
  }
  if (batch.length > 0) yield batch;
}

function goesTo({ cluster }: StoredApplication, stop: Stop): boolean {
  return ('name' in cluster ? cluster.name : undefined) === stop.cluster;
}
