import type { HubState } from '../../state/HubState';
import { InformerView } from '../../state/HubView';
import type { Sessions } from '../Sessions';
import { StreamFaults } from './StreamFaults';
import { Streams } from './Streams';
import { Turns } from './Turns';

/** One pod of argocd-server: what it sees, and the streams that it holds open. */
export interface Replica {
  view: InformerView;
  streams: Streams;
}

/**
 * The replicas of argocd-server behind one address. Requests take turns, each
 * request for itself, also on one TCP connection: so that every client meets
 * every replica, as behind a proxy that shares out requests.
 */
export class Replicas {
  /** what goes wrong on the streams of every replica */
  readonly faults: StreamFaults;
  readonly #state: HubState;
  readonly #sessions: Sessions;
  readonly #turns = new Turns();
  #all: Replica[] = [];
  #next = 0;

  /** @param options - `seed`: of the faults; default 1 */
  constructor(options: { state: HubState; sessions: Sessions; seed?: number }) {
    this.#state = options.state;
    this.#sessions = options.sessions;
    this.faults = new StreamFaults({ seed: options.seed });
  }

  get size(): number {
    return this.all.length;
  }

  /**
   * Every replica, in the order of their lags. The first ones start when they
   * are asked for, because a hub is filled before it listens.
   */
  get all(): readonly Replica[] {
    if (!this.#all.length) this.restart([0]);
    return this.#all;
  }

  /**
   * Ends every stream and starts one replica per lag.
   *
   * @param lagsMs - how far each replica is behind, in simulated milliseconds
   * @throws RangeError for no lags at all and for negative ones
   */
  restart(lagsMs: readonly number[]): void {
    const areLags = lagsMs.every(lagMs => lagMs >= 0 && lagMs < 2 ** 31);
    if (!lagsMs.length || !areLags) {
      throw new RangeError('there must be lags, none of them negative');
    }
    for (const { streams, view } of this.#all) {
      streams.end();
      view.stop();
    }
    const state = this.#state;
    this.#all = lagsMs.map(lagMs => {
      const view = new InformerView(state, lagMs);
      const sessions = this.#sessions;
      const { faults } = this;
      const turns = this.#turns;
      return {
        view,
        streams: new Streams({ state, view, sessions, faults, turns }),
      };
    });
  }

  /** The replica that answers the next request. */
  take(): Replica {
    this.#next = (this.#next + 1) % this.all.length;
    return this.all[this.#next];
  }
}
