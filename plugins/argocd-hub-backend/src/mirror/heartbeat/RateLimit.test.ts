import { until } from '../__testUtils__/MirrorWorld';
import { RateLimit, type Urgency } from './RateLimit';

describe('RateLimit', () => {
  it('lets no more begin in a second than it may, whoever asks', async () => {
    const calls = new RateLimit(50);
    const end = new AbortController();
    const begun: number[] = [];
    const from = performance.now();
    const ask = async (urgency: Urgency) => {
      while (performance.now() - from < 1_000) {
        await calls.turn(urgency, end.signal);
        begun.push(performance.now());
      }
    };
    const asking = [...new Array(20).fill('heartbeat'), 'recheck', 'refresh'];
    const done = Promise.allSettled(asking.map(ask));
    await until(() => performance.now() - from >= 1_000);
    end.abort();
    await done;
    const gaps = begun.slice(1).map((at, index) => at - begun[index]);
    // Who has a turn begins a moment later.
    expect(Math.min(...gaps)).toBeGreaterThan(15);
    expect(begun.length).toBeGreaterThan(20);
  });

  it('saves nothing of what was not used', async () => {
    const calls = new RateLimit(20);
    const { signal } = new AbortController();
    await calls.turn('heartbeat', signal);
    await new Promise(resolve => setTimeout(resolve, 300));
    const from = performance.now();
    await calls.turn('heartbeat', signal);
    await calls.turn('heartbeat', signal);
    await calls.turn('heartbeat', signal);
    expect(performance.now() - from).toBeGreaterThanOrEqual(95);
  });

  it('gives turns by urgency, then in the order of asking', async () => {
    const calls = new RateLimit(100);
    const { signal } = new AbortController();
    const order: string[] = [];
    await calls.turn('heartbeat', signal);
    const asked: [string, Urgency][] = [
      ['refresh', 'refresh'],
      ['recheck 1', 'recheck'],
      ['heartbeat 1', 'heartbeat'],
      ['recheck 2', 'recheck'],
      ['heartbeat 2', 'heartbeat'],
    ];
    await Promise.all(
      asked.map(async ([name, urgency]) => {
        await calls.turn(urgency, signal);
        order.push(name);
      }),
    );
    expect(order).toEqual([
      'heartbeat 1',
      'heartbeat 2',
      'recheck 1',
      'recheck 2',
      'refresh',
    ]);
  });

  it('lets those go who no longer want a turn', async () => {
    const calls = new RateLimit(2);
    const gone = new AbortController();
    const { signal } = new AbortController();
    await calls.turn('heartbeat', signal);
    const left = calls.turn('heartbeat', gone.signal);
    gone.abort(new Error('no longer'));
    await expect(left).rejects.toThrow('no longer');
    await expect(calls.turn('heartbeat', gone.signal)).rejects.toThrow();
    await calls.turn('recheck', signal);
  });
});
