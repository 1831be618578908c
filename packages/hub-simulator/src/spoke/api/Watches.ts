import type { ServerResponse } from 'node:http';
import type { Clock } from '../../clock';
import type { GenericObject } from '../../types/kubernetes';
import { apiVersion } from '../resources';
import type { SpokeEvent, SpokeStore } from '../SpokeStore';
import { expired } from '../status';
import { readListOptions, readSelection } from './listOptions';
import type { ResourceCall } from './ResourceCall';

const BOOKMARK_MS = 60_000;
/** Watches without a deadline get one between this and twice this. */
const SHORTEST_WATCH_S = 1800;

/** How one object is written, and under which content type. */
export interface WatchFormat {
  contentType: string;
  /** undefined: as it is stored */
  convert?: (object: GenericObject) => unknown;
}

/** Streams changes to clients until they leave or their time is up. */
export class Watches {
  readonly #store: SpokeStore;
  readonly #clock: Clock;

  constructor(options: { store: SpokeStore; clock: Clock }) {
    this.#store = options.store;
    this.#clock = options.clock;
  }

  /** Throws only for options that make no sense; later errors are events. */
  open(
    call: ResourceCall,
    response: ServerResponse,
    format: WatchFormat,
  ): void {
    const options = readListOptions(call);
    const isSelected = readSelection(call);
    const { convert } = format;
    const since = options.revision ?? 0;
    const write = (type: string, json: string) => {
      response.write(`{"type":"${type}","object":${json}}\n`);
    };
    const send = (event: SpokeEvent) => {
      if (event.of !== call.type || event.entry.revision <= since) return;
      const type = typeFor(event, isSelected);
      if (!type) return;
      const { object, json } = event.entry;
      write(type, convert ? JSON.stringify(convert(object)) : json);
    };
    response.writeHead(200, {
      'content-type': format.contentType,
      'cache-control': 'no-cache, private',
    });
    response.flushHeaders();
    if (!since) this.#sendAll(call, isSelected, write, convert);
    else {
      const missed = this.#store.eventsSince(since);
      if (!missed) {
        const error = expired(
          `too old resource version: ${since} (${this.#store.revision})`,
        );
        write('ERROR', JSON.stringify(error));
        response.end();
        return;
      }
      missed.forEach(send);
    }
    this.#follow(call, response, { send, write, options });
  }

  #sendAll(
    call: ResourceCall,
    isSelected: (object: GenericObject) => boolean,
    write: (type: string, json: string) => void,
    convert: WatchFormat['convert'],
  ): void {
    for (const entry of this.#store.of(call.type.resource).entries()) {
      if (!isSelected(entry.object)) continue;
      write(
        'ADDED',
        convert ? JSON.stringify(convert(entry.object)) : entry.json,
      );
    }
  }

  #follow(
    call: ResourceCall,
    response: ServerResponse,
    stream: {
      send: (event: SpokeEvent) => void;
      write: (type: string, json: string) => void;
      options: ReturnType<typeof readListOptions>;
    },
  ): void {
    const { options, write } = stream;
    const bookmark = () =>
      write('BOOKMARK', JSON.stringify(this.#bookmark(call)));
    const seconds =
      options.timeoutSeconds || SHORTEST_WATCH_S * (1 + Math.random());
    const cancels = [
      this.#store.subscribe(stream.send),
      this.#clock.after(seconds * 1000, () => {
        if (options.bookmarks) bookmark();
        response.end();
      }),
      ...(options.bookmarks ? [this.#clock.every(BOOKMARK_MS, bookmark)] : []),
    ];
    response.on('close', () => cancels.forEach(cancel => cancel()));
  }

  #bookmark({ type }: ResourceCall): object {
    const resourceVersion = String(this.#store.revision);
    return {
      kind: type.kind,
      apiVersion: apiVersion(type),
      metadata: { resourceVersion, creationTimestamp: null },
    };
  }
}

/** An object that comes into a selection is new to its watcher, and the reverse. */
function typeFor(
  { type, entry, previous }: SpokeEvent,
  isSelected: (object: GenericObject) => boolean,
): SpokeEvent['type'] | undefined {
  const was = !!previous && isSelected(previous.object);
  const is = type !== 'DELETED' && isSelected(entry.object);
  if (is) return was ? 'MODIFIED' : 'ADDED';
  return was ? 'DELETED' : undefined;
}
