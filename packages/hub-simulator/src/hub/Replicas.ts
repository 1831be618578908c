import type { HubState } from '../state/HubState';
import { type HubView, viewOf } from '../state/HubView';
import { ApplicationStreams } from './ApplicationStreams';
import type { Sessions } from './Sessions';

/** One pod of argocd-server: what it sees, and the streams that it holds open. */
export interface Replica {
  view: HubView;
  streams: ApplicationStreams;
}

/** The replicas of argocd-server behind one address; requests take turns. */
export class Replicas {
  readonly #state: HubState;
  readonly #sessions: Sessions;
  #all: Replica[] = [];
  #next = 0;

  constructor(options: { state: HubState; sessions: Sessions }) {
    this.#state = options.state;
    this.#sessions = options.sessions;
    this.restart([0]);
  }

  get size(): number {
    return this.#all.length;
  }

  /**
   * Ends every stream and starts one replica per lag.
   *
   * @param lagsMs - how far each replica is behind, in simulated milliseconds
   */
  restart(lagsMs: number[]): void {
    for (const { streams } of this.#all) streams.end();
    const state = this.#state;
    this.#all = lagsMs.map(lagMs => {
      const view = viewOf(state, state.clock, lagMs);
      const sessions = this.#sessions;
      return { view, streams: new ApplicationStreams({ state, view, sessions }) };
    });
  }

  /** The replica that answers the next request. */
  take(): Replica {
    this.#next = (this.#next + 1) % this.#all.length;
    return this.#all[this.#next];
  }
}
