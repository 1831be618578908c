import type { HubState } from '../state/HubState';
import { ApiError, Code } from './errors';

const LIMIT = 5;
const WINDOW_MS = 300_000;
const LEAST_DELAY_MS = 500;
const MOST_DELAY_MS = 1000;

interface Failures {
  count: number;
  /** simulated milliseconds */
  last: number;
}

/** Makes guessing passwords slow, and after some failures useless. */
export class LoginGuard {
  readonly #state: HubState;
  readonly #failures = new Map<string, Failures>();

  constructor(state: HubState) {
    this.#state = state;
  }

  /** Waits half a second to a second, so that the time taken tells nothing. */
  delay(): Promise<void> {
    const { clock, random } = this.#state;
    const ms = random.between(LEAST_DELAY_MS, MOST_DELAY_MS - 1);
    return new Promise(resolve => clock.after(ms, resolve));
  }

  /** Throws 401 for a wrong password, and for a right one after too many wrong. */
  check(username: string, isRight: () => boolean): void {
    const now = this.#state.clock.now();
    const before = this.#failures.get(username);
    const isRecent = !!before && now - before.last <= WINDOW_MS;
    const count = isRecent ? before.count : 0;
    if (count < LIMIT && isRight()) return;
    if (count < LIMIT) {
      this.#failures.set(username, { count: count + 1, last: now });
    }
    throw new ApiError(Code.Unauthenticated, 'Invalid username or password');
  }

  /** A success wipes the slate. */
  forget(username: string): void {
    this.#failures.delete(username);
  }
}
