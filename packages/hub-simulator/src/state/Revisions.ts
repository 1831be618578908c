/** Hands out resource versions, which rise over all stores of one API server. */
export class Revisions {
  #last: number;

  constructor(last = 1000) {
    this.#last = last;
  }

  get last(): string {
    return String(this.#last);
  }

  next(): string {
    this.#last += 1;
    return String(this.#last);
  }

  /** Never hands out anything at or below `revision` again. */
  advanceTo(revision: string): void {
    this.#last = Math.max(this.#last, Number(revision));
  }
}
