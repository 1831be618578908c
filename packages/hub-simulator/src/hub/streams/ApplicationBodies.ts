import type { HubState } from '../../state/HubState';
import type { Application } from '../../types/argocd';
import type { Fate } from '../FieldFilter';
import { type ApplicationEntry, treeVersion, withHealth } from '../rendering';

const NOTHING = Buffer.alloc(0);
const HEALTH = ['status', 'resources', 'health'];
/** Enough for every client to send a change before the next one pushes it out. */
const REMEMBERED = 64;

/** Bodies that the tree in Redis goes into, for a short while. */
class RecentBodies {
  readonly #bodies = new Map<string, Buffer>();

  get(key: string, make: () => Buffer): Buffer {
    const known = this.#bodies.get(key);
    if (known) return known;
    const made = make();
    this.#bodies.set(key, made);
    if (this.#bodies.size > REMEMBERED) {
      this.#bodies.delete(this.#bodies.keys().next().value!);
    }
    return made;
  }
}

const recent = new WeakMap<HubState, RecentBodies>();

/**
 * What a stream sends of applications, made once for all streams with the same
 * fields: a fleet changes hundreds of times a second for several clients.
 *
 * A trimmed body lives as long as its version of the application. One that holds
 * the health of resources depends on the tree in Redis as well, and a whole one
 * would double the memory of a fleet; these live only until they are sent.
 */
export class ApplicationBodies {
  readonly #state: HubState;
  readonly #fate: Fate;
  readonly #key: string;
  readonly #showsHealth: boolean;
  readonly #recent: RecentBodies;

  constructor(options: { state: HubState; fate: Fate; fields: string }) {
    const { state, fate, fields } = options;
    this.#state = state;
    this.#fate = fate;
    this.#key = `stream ${fields}`;
    this.#showsHealth =
      typeof fate === 'string' ? fate === 'keep' : fate.keeps(HEALTH);
    this.#recent = recent.get(state) ?? new RecentBodies();
    recent.set(state, this.#recent);
  }

  of(entry: ApplicationEntry): Buffer {
    const fate = this.#fate;
    if (fate === 'drop') return NOTHING;
    if (!this.#showsHealth) {
      return entry.derive(this.#key, app => this.#trim(app));
    }
    const version = treeVersion(this.#state, entry);
    if (fate === 'keep' && !version) return entry.bytes;
    const { namespace, name, resourceVersion } = entry;
    return this.#recent.get(
      `${namespace}/${name} ${resourceVersion} ${version} ${this.#key}`,
      () => Buffer.from(this.#trim(withHealth(this.#state, entry))),
    );
  }

  #trim(app: Application): string {
    const fate = this.#fate;
    return JSON.stringify(typeof fate === 'string' ? app : fate.apply(app));
  }
}
