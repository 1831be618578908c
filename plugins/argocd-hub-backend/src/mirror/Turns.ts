import { compareText } from '../compareText';

/** Where not all can be asked for at once: who was last time comes last this time. */
export class Turns {
  #last = '';

  /** By key, those behind the one that had its turn last first. */
  order<T extends { key: string }>(all: readonly T[]): T[] {
    const sorted = [...all].sort((a, b) => compareText(a.key, b.key));
    const next = sorted.findIndex(({ key }) => key > this.#last);
    return next < 0
      ? sorted
      : [...sorted.slice(next), ...sorted.slice(0, next)];
  }

  had(key: string): void {
    this.#last = key;
  }
}
