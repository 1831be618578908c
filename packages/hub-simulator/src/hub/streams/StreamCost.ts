import type { Cost } from '../Cost';

/** What one stream costs its replica of argocd-server. */
export class StreamCost {
  readonly #cost: Cost;
  readonly #replica: object;
  readonly #trims: boolean;

  constructor(options: { cost: Cost; replica: object; trims: boolean }) {
    this.#cost = options.cost;
    this.#replica = options.replica;
    this.#trims = options.trims;
  }

  /** Whether nothing is to be paid, so that nothing need be measured. */
  get isFree(): boolean {
    return this.#cost.mode === 'fast';
  }

  /** Resolves when the copies that a burst begins with would be made (F10.1.5). */
  opened(copies: number): Promise<void> {
    return this.#cost.copies(copies, this.#replica);
  }

  /** @param bytes - size of the event before `fields` trim it */
  sent(bytes: number): Promise<void> {
    return this.#cost.event(bytes, this.#trims, this.#replica);
  }

  suppressed(bytes: number): Promise<void> {
    return this.#cost.suppressedEvent(bytes, this.#replica);
  }
}
