/**
 * Sets the clock of this process by so many milliseconds, and nothing else:
 * timers go on as they were. Answers a function that sets it right again.
 */
export function setClock(byMs: number): () => void {
  const RealDate = globalThis.Date;
  class ShiftedDate extends RealDate {
    constructor(...given: []) {
      if (given.length) {
        super(...given);
      } else {
        super(RealDate.now() + byMs);
      }
    }

    static now(): number {
      return RealDate.now() + byMs;
    }
  }
  globalThis.Date = ShiftedDate as DateConstructor;
  return () => {
    globalThis.Date = RealDate;
  };
}
