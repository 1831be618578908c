import type { Clock } from '../clock';

/**
 * What argocd-server pays in milliseconds of one core, for an application of
 * `TYPICAL_BYTES` of JSON where it depends on the size.
 *
 * | figure           | ms   | from                                                                   |
 * | ---------------- | ---- | ---------------------------------------------------------------------- |
 * | `copy`           | 0.06 | F10.1.5: each matched application, before projects, name and repo narrow |
 * | `rbac`           | 0.05 | F6.4: policies are evaluated per application                           |
 * | `protobuf`       | 0.2  | F1.1.12: both ways between server and gateway, whole whatever `fields` |
 * | `json`           | 0.13 | F10.1.3: marshalling is about a third of a round of the filter         |
 * | `trim`           | 0.04 | F1.4.3: the gateway's extraction of the fixed fields, and their JSON   |
 * | `filterRound`    | 0.4  | F10.1.3: measured; two rounds per event sent, one per suppressed one   |
 * | `tree`           | 0.1  | F10.1.3: one Redis read and decode of the whole tree per event         |
 * | `liveRead`       | 6    | F10.2.5: a new transport and TLS handshake, four lines of log          |
 *
 * Together 8000 full applications take some four seconds and 50,000 trimmed ones
 * some twenty, which agrees with the reports of F6.4.
 */
export const COST_MS = {
  copy: 0.06,
  rbac: 0.05,
  protobuf: 0.2,
  json: 0.13,
  trim: 0.04,
  filterRound: 0.4,
  tree: 0.1,
  liveRead: 6,
} as const;

const TYPICAL_BYTES = 15_700;
const LIST_COPIES = 2;

export type CostMode = 'fast' | 'true';

/** The one core of a replica: what it has to do is done one after the other. */
class Cpu {
  readonly #clock: Clock;
  #busyUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the work, and all that came before, would be done. */
  spend(ms: number): Promise<void> {
    const now = this.#clock.now();
    this.#busyUntil = Math.max(now, this.#busyUntil) + ms;
    const wait = this.#busyUntil - now;
    return new Promise(resolve => {
      this.#clock.after(wait, resolve);
    });
  }
}

/**
 * What answering costs: nothing in mode `fast`, and in mode `true` what a replica
 * of argocd-server pays for it. Every method resolves when the simulated core
 * would have done the work.
 *
 * Each replica has a core of its own; it is named by the replica's view. Replicas
 * that share a view, and calls that name none, share one core.
 */
export class Cost {
  mode: CostMode = 'fast';
  readonly #clock: Clock;
  readonly #cpus = new WeakMap<object, Cpu>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * A list of applications.
   *
   * @param matched - how many the label selector and the namespace leave
   * @param selectedBytes - bytes of JSON of those that are answered, untrimmed
   */
  list(
    matched: number,
    selectedBytes: number,
    options: { trims?: boolean; selected?: number; replica?: object } = {},
  ): Promise<void> {
    const { trims = false, replica } = options;
    const size = selectedBytes / TYPICAL_BYTES;
    const { selected = size } = options;
    return this.#spend(
      replica,
      matched * LIST_COPIES * COST_MS.copy +
        matched * COST_MS.rbac +
        size * COST_MS.protobuf +
        (trims ? selected * COST_MS.trim : size * COST_MS.json),
    );
  }

  /** One event of `bytes` that is sent, with or without `fields`. */
  event(bytes: number, fields: boolean, replica?: object): Promise<void> {
    const size = bytes / TYPICAL_BYTES;
    const json = fields ? 2 * COST_MS.filterRound : COST_MS.json;
    return this.#spend(replica, size * json + this.#perEvent(size));
  }

  /** One event of `bytes` that the gateway keeps back as a repetition. */
  suppressedEvent(bytes = TYPICAL_BYTES, replica?: object): Promise<void> {
    const size = bytes / TYPICAL_BYTES;
    return this.#spend(
      replica,
      size * COST_MS.filterRound + this.#perEvent(size),
    );
  }

  /** The opening of a stream with a burst, or of anything else that copies all. */
  copies(matched: number, replica?: object): Promise<void> {
    return this.#spend(replica, matched * COST_MS.copy);
  }

  /** One call to a spoke. */
  liveRead(replica?: object): Promise<void> {
    return this.#spend(replica, COST_MS.liveRead);
  }

  #perEvent(size: number): number {
    return COST_MS.rbac + COST_MS.tree + size * COST_MS.protobuf;
  }

  async #spend(replica: object = this, ms: number): Promise<void> {
    if (this.mode === 'fast') return;
    let cpu = this.#cpus.get(replica);
    if (!cpu) {
      cpu = new Cpu(this.#clock);
      this.#cpus.set(replica, cpu);
    }
    await cpu.spend(ms);
  }
}
