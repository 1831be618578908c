import { Clock } from '../clock';
import { Cost, COST_MS } from './Cost';

const SCALE = 1000;
const TYPICAL = 15_700;

/** A clock whose waits end when the test says so. */
class HandClock extends Clock {
  readonly waits: number[] = [];
  #now = 0;

  constructor() {
    super(SCALE);
  }

  override now(): number {
    return this.#now;
  }

  override after(ms: number, task: () => void): () => void {
    this.waits.push(ms);
    setImmediate(task);
    return () => {};
  }

  pass(ms: number): void {
    this.#now += ms;
  }
}

describe('the cost of argocd-server', () => {
  let clock: HandClock;
  let cost: Cost;
  beforeEach(() => {
    clock = new HandClock();
    cost = new Cost(clock);
    cost.mode = 'true';
  });
  const last = () => clock.waits.at(-1)!;

  it('F10.1.3 is nothing in mode fast', async () => {
    cost.mode = 'fast';
    await cost.list(50_000, 1e9);
    await cost.event(TYPICAL, true);
    await cost.suppressedEvent();
    await cost.liveRead();
    expect(clock.waits).toEqual([]);
  });

  it('F10.1.3 takes two rounds of the filter for an event sent, one for a suppressed one', async () => {
    await cost.event(TYPICAL, true);
    const sent = last();
    clock.pass(sent);
    await cost.suppressedEvent();
    expect(sent - last()).toBeCloseTo(COST_MS.filterRound);
    expect(sent).toBeGreaterThan(0.8);
  });

  it('F10.1.5 copies twice for a list whatever narrows it later, and once for a burst', async () => {
    await cost.list(1000, 0);
    const listed = last() - 1000 * COST_MS.rbac;
    clock.pass(last());
    await cost.copies(1000);
    expect(listed).toBeCloseTo(2 * last());
  });

  it('F1.1.12 moves the whole list to the gateway whatever the fields', async () => {
    const list = async (trims: boolean) => {
      await cost.list(8000, 8000 * TYPICAL, { trims });
      const ms = last();
      clock.pass(ms);
      return ms;
    };
    const [full, trimmed] = [await list(false), await list(true)];
    expect(trimmed).toBeLessThan(full);
    expect(trimmed).toBeGreaterThan(8000 * COST_MS.protobuf);
    expect(full).toBeGreaterThan(2000);
    expect(full).toBeLessThan(7000);
  });

  it('F10.2.5 pays for a transport and a handshake with every live read', async () => {
    await cost.liveRead();
    expect(last()).toBe(COST_MS.liveRead);
  });

  it('F10.1.6 does one thing after the other on each replica', async () => {
    const [one, other] = [{}, {}];
    await cost.liveRead(one);
    await cost.liveRead(one);
    await cost.liveRead(other);
    expect(clock.waits).toEqual([
      COST_MS.liveRead,
      2 * COST_MS.liveRead,
      COST_MS.liveRead,
    ]);
    clock.pass(10 * COST_MS.liveRead);
    await cost.liveRead(one);
    expect(last()).toBe(COST_MS.liveRead);
  });
});
