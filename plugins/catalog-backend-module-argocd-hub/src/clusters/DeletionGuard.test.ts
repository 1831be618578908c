import { DeletionGuard } from './DeletionGuard';

const MINUTE_MS = 60_000;

function setUp() {
  let now = 0;
  const clock = { now: () => now };
  return {
    guard: new DeletionGuard(clock),
    another: new DeletionGuard(clock),
    pass: (minutes: number) => {
      now += minutes * MINUTE_MS;
    },
  };
}

const names = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => `c${first + index}`);

describe('DeletionGuard', () => {
  it.each([
    { known: 10, gone: 0, allowed: true },
    { known: 10, gone: 5, allowed: true },
    { known: 10, gone: 6, allowed: false },
    { known: 10, gone: 10, allowed: false },
    { known: 3, gone: 2, allowed: true },
    { known: 2, gone: 2, allowed: false },
    { known: 1, gone: 1, allowed: false },
    { known: 0, gone: 0, allowed: true },
  ])('of $known lets $gone go: $allowed', ({ known, gone, allowed }) => {
    const { guard } = setUp();
    expect(guard.allows({ known, gone: names(gone) })).toBe(allowed);
  });

  it('believes a doubted read once a later one lacks the same', () => {
    const { guard, pass } = setUp();
    const gone = names(8);
    expect(guard.allows({ known: 10, gone })).toBe(false);
    pass(29);
    expect(guard.allows({ known: 10, gone })).toBe(false);
    pass(1);
    expect(guard.allows({ known: 10, gone: [...gone].reverse() })).toBe(true);
  });

  it('doubts anew when others are missing, be they as many', () => {
    const { guard, pass } = setUp();
    guard.allows({ known: 10, gone: names(8) });
    pass(30);
    expect(guard.allows({ known: 10, gone: names(8, 1) })).toBe(false);
  });

  it('forgets its doubts when all are back', () => {
    const { guard, pass } = setUp();
    guard.allows({ known: 10, gone: names(8) });
    pass(20);
    guard.allows({ known: 10, gone: [] });
    pass(20);
    expect(guard.allows({ known: 10, gone: names(8) })).toBe(false);
  });

  it('counts small steps together, for a while', () => {
    const { guard, pass } = setUp();
    expect(guard.allows({ known: 10, gone: names(4) })).toBe(true);
    pass(1);
    expect(guard.allows({ known: 6, gone: names(2) })).toBe(false);
    pass(30);
    expect(guard.allows({ known: 6, gone: names(3) })).toBe(true);
  });

  it('counts what another removes in turns with it', () => {
    const { guard, another, pass } = setUp();
    another.sees(10);
    expect(guard.allows({ known: 10, gone: names(3) })).toBe(true);
    pass(1);
    expect(another.allows({ known: 7, gone: names(2) })).toBe(true);
    pass(1);
    expect(guard.allows({ known: 5, gone: names(1) })).toBe(false);
    expect(another.allows({ known: 5, gone: names(1) })).toBe(false);
  });

  it('counts from the most of a while, not from what was last', () => {
    const { guard, pass } = setUp();
    for (const known of [6, 20, 8, 12, 10]) {
      guard.sees(known);
      pass(5);
    }
    expect(guard.allows({ known: 10, gone: names(1) })).toBe(false);
    pass(10);
    expect(guard.allows({ known: 10, gone: names(4) })).toBe(true);
    expect(guard.allows({ known: 10, gone: names(5) })).toBe(false);
  });
});
