import { setTimeout as delay } from 'node:timers/promises';

/** Waits; ends early, and without an error, when `signal` aborts. */
export async function sleep(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  await delay(milliseconds, undefined, { signal, ref: false }).catch(
    () => undefined,
  );
}

/** Spreads what would otherwise happen at the same time everywhere: ± 10 %. */
export function jittered(milliseconds: number): number {
  return milliseconds * (0.9 + Math.random() * 0.2);
}

/** Doubles with every failure, at most `longest`, and never exactly alike. */
export function backOff(
  failures: number,
  options: { shortest: number; longest: number },
): number {
  const { shortest, longest } = options;
  const doubled = Math.min(longest, shortest * 2 ** Math.min(failures, 16));
  return doubled * (0.5 + Math.random() / 2);
}

/** A wait that others can end. */
export class Alarm {
  #ring?: () => void;
  #rung = false;

  /** Ends the wait that is under way, or else the next one at once. */
  ring(): void {
    this.#rung = true;
    this.#ring?.();
  }

  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung) {
      const ring = new AbortController();
      this.#ring = () => ring.abort();
      await sleep(milliseconds, AbortSignal.any([signal, ring.signal]));
      this.#ring = undefined;
    }
    this.#rung = false;
  }
}
