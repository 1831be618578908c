import type { Clock } from '../../clock';
import type { GenericObject } from '../../types/kubernetes';
import { apiVersion } from '../resources';
import type { SpokeStore } from '../SpokeStore';
import { badRequest, expired, notFound, tooLargeVersion } from '../status';
import { storageKey, type StoredObject } from '../storage/StoredObject';
import {
  type ListOptions,
  readListOptions,
  readSelection,
} from './listOptions';
import type { ResourceCall } from './ResourceCall';

/** How long the API server waits for a version that it does not have yet. */
const FRESH_WAIT_MS = 3000;
const TOO_OLD_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Some objects of a kind, as a list answers them. */
export interface ObjectList {
  kind: string;
  apiVersion: string;
  metadata: {
    resourceVersion: string;
    continue?: string;
    remainingItemCount?: number;
  };
  items: GenericObject[];
}

/** Where a list goes on: at which version, after which key. */
interface Position {
  revision: number;
  after: string;
}

/** Reads the objects of a spoke. */
export class ResourceReader {
  readonly #store: SpokeStore;
  readonly #clock: Clock;

  constructor(options: { store: SpokeStore; clock: Clock }) {
    this.#store = options.store;
    this.#clock = options.clock;
  }

  get(call: ResourceCall): GenericObject {
    const name = call.name!;
    const object = this.#store.of(call.type.resource).get(name, scopeOf(call));
    if (!object) throw notFound(call.type, name);
    return object;
  }

  async list(call: ResourceCall): Promise<ObjectList> {
    const options = readListOptions(call);
    const isSelected = readSelection(call);
    await this.#waitFor(options.revision ?? 0);
    const { revision, after } = this.#position(options);
    const entries = this.#entries(call, revision, options);
    const rest = entries.filter(
      ({ object }) =>
        isSelected(object) && (!after || storageKey(object.metadata) > after),
    );
    // With version 0 the answer comes from the cache, which knows no pages.
    const limit = options.revision === 0 ? 0 : options.limit;
    const page = limit ? rest.slice(0, limit) : rest;
    const left = rest.length - page.length;
    const hasSelector =
      call.query.get('labelSelector') || call.query.get('fieldSelector');
    return {
      kind: `${call.type.kind}List`,
      apiVersion: apiVersion(call.type),
      metadata: {
        resourceVersion: String(revision),
        ...(left && {
          continue: encodePosition(revision, page.at(-1)!),
          ...(!hasSelector && { remainingItemCount: left }),
        }),
      },
      items: page.map(({ object }) => object),
    };
  }

  /** The version at which to list: the latest, unless an exact one is asked for. */
  #position(options: ListOptions): Position {
    const latest = this.#store.revision;
    if (options.continue) {
      if (options.revision) {
        throw badRequest(
          'specifying resource version is not allowed when using continue',
        );
      }
      const { revision, after } = decodePosition(options.continue);
      // An inconsistent continuation goes on with what there is now.
      return { revision: revision < 0 ? latest : revision, after };
    }
    const isExact =
      options.revision &&
      (options.match === 'Exact' || (!options.match && options.limit));
    return { revision: isExact ? options.revision! : latest, after: '' };
  }

  #entries(
    call: ResourceCall,
    revision: number,
    options: ListOptions,
  ): readonly StoredObject[] {
    const { resource } = call.type;
    if (revision === this.#store.revision) {
      return this.#store.of(resource).entries();
    }
    const entries = this.#store.entriesAt(resource, revision);
    if (entries) return entries;
    if (!options.continue) {
      throw expired(`The resourceVersion for the provided list is too old.`);
    }
    const { after } = decodePosition(options.continue);
    throw expired(TOO_OLD_CONTINUE, { continue: encode(-1, after) });
  }

  async #waitFor(revision: number): Promise<void> {
    if (revision <= this.#store.revision) return;
    await new Promise<void>(resolve => {
      this.#clock.after(FRESH_WAIT_MS, resolve);
    });
    const current = this.#store.revision;
    if (revision > current) throw tooLargeVersion(revision, current);
  }
}

/** The namespace of the objects of a call; a Namespace itself is in none. */
export function scopeOf(call: ResourceCall): string | undefined {
  return call.type.namespaced ? call.namespace : undefined;
}

function encodePosition(revision: number, last: StoredObject): string {
  return encode(revision, storageKey(last.object.metadata));
}

function encode(rv: number, start: string): string {
  const token = JSON.stringify({ v: 'meta.k8s.io/v1', rv, start });
  return Buffer.from(token).toString('base64url');
}

function decodePosition(token: string): Position {
  try {
    const { v, rv, start } = JSON.parse(
      Buffer.from(token, 'base64url').toString(),
    );
    if (v === 'meta.k8s.io/v1' && Number.isInteger(rv) && start) {
      return { revision: rv, after: String(start) };
    }
  } catch {
    // It is no token of ours.
  }
  throw badRequest('continue key is not valid');
}
