import { Random } from '../../random';
import type { Cut, StreamConnection } from './StreamConnection';

/** What happens to the events of every stream, from now on. */
export interface StreamFaultSettings {
  /** share of the events, from 0 to 1, that come twice; default 0 */
  duplicate: number;
  /** share of the events, from 0 to 1, that vanish; default 0 */
  drop: number;
  /** so many events change places at random; 1, the default, is none */
  reorder: number;
  /** simulated milliseconds that every event is late; default 0 */
  delayMs: number;
}

const NONE: StreamFaultSettings = {
  duplicate: 0,
  drop: 0,
  reorder: 1,
  delayMs: 0,
};

/** What can go wrong between argocd-server and those who watch it. */
export class StreamFaults {
  readonly random: Random;
  readonly #open = new Set<StreamConnection>();
  #settings = NONE;
  #silencesNew = false;

  constructor(options: { seed?: number } = {}) {
    this.random = new Random(options.seed);
  }

  get settings(): Readonly<StreamFaultSettings> {
    return this.#settings;
  }

  /** Whether anything goes wrong with events now. */
  get isOn(): boolean {
    return this.#settings !== NONE || this.#silencesNew;
  }

  /** Whether streams that open now are silent. */
  get silencesNew(): boolean {
    return this.#silencesNew;
  }

  /** How many streams are open, silent ones included. */
  get openStreams(): number {
    return this.#open.size;
  }

  /** Changes some settings. Throws a RangeError on one that makes no sense. */
  set(settings: Partial<StreamFaultSettings>): void {
    const { duplicate, drop, reorder, delayMs } = {
      ...this.#settings,
      ...settings,
    };
    requireThat(duplicate >= 0 && duplicate <= 1, 'duplicate', '0 to 1');
    requireThat(drop >= 0 && drop <= 1, 'drop', '0 to 1');
    requireThat(
      Number.isInteger(reorder) && reorder >= 1 && reorder <= 1000,
      'reorder',
      'a whole number from 1 to 1000',
    );
    requireThat(delayMs >= 0 && delayMs < 2 ** 31, 'delayMs', 'not negative');
    this.#settings = { duplicate, drop, reorder, delayMs };
  }

  /** Ends every stream that is open now. */
  cut(how: Cut): void {
    for (const connection of [...this.#open]) connection.cut(how);
  }

  /**
   * Makes every open stream silent for good: no events, no keepalives, and the
   * connection stays.
   *
   * @param options - `newToo`: streams that open before {@link heal} are as well
   */
  halfOpen(options: { newToo?: boolean } = {}): void {
    this.#silencesNew = options.newToo ?? false;
    for (const connection of this.#open) connection.silence();
  }

  /** No more faults. What has gone silent stays so until its client leaves. */
  heal(): void {
    this.#settings = NONE;
    this.#silencesNew = false;
  }

  /** Keeps an eye on a stream; returns what to call when its connection is gone. */
  add(connection: StreamConnection): () => void {
    this.#open.add(connection);
    if (this.#silencesNew) connection.silence();
    return () => this.#open.delete(connection);
  }
}

function requireThat(isTrue: boolean, name: string, range: string): void {
  if (!isTrue) throw new RangeError(`${name} must be ${range}`);
}
