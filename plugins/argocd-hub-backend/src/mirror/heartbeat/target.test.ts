import { until } from '../__testUtils__/MirrorWorld';
import { Pace, stretchedIntervalMs, type Urgency } from './pace';
import { chooseNode } from './target';

const node = (kind: string, overrides: object = {}) => ({
  kind,
  name: kind.toLowerCase(),
  namespace: 'agent',
  uid: `uid-${kind}`,
  ...overrides,
});

describe('chooseNode', () => {
  it('takes what lives long', () => {
    const nodes = ['Pod', 'ReplicaSet', 'Deployment', 'Service'].map(kind =>
      node(kind),
    );
    expect(chooseNode(nodes)).toEqual({
      uid: 'uid-Service',
      namespace: 'agent',
      name: 'service',
    });
  });

  it('takes a kind that it does not know before none', () => {
    expect(chooseNode([node('Rollout')])?.name).toBe('rollout');
  });

  it.each([
    ['a Secret', node('Secret')],
    ['a cluster-scoped one', node('Namespace', { namespace: undefined })],
    ['one that does not exist yet', node('Service', { uid: undefined })],
    ['a Pod', node('Pod')],
  ])('never takes %s', (_what, only) => {
    expect(chooseNode([only])).toBeUndefined();
  });
});

describe('pace', () => {
  it('stretches the interval of a large fleet, with room for rechecks', () => {
    const heartbeat = { intervalMs: 30_000, maxPerSecond: 10 };
    expect(stretchedIntervalMs(heartbeat, 3)).toBe(30_000);
    expect(stretchedIntervalMs(heartbeat, 500)).toBe(62_500);
  });

  it('lets no more begin in a second than it may, whoever asks', async () => {
    const pace = new Pace(50);
    const end = new AbortController();
    const begun: number[] = [];
    const from = performance.now();
    const ask = async (urgency: Urgency) => {
      while (performance.now() - from < 1_000) {
        await pace.turn(urgency, end.signal);
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
    const pace = new Pace(20);
    const { signal } = new AbortController();
    await pace.turn('heartbeat', signal);
    await new Promise(resolve => setTimeout(resolve, 300));
    const from = performance.now();
    await pace.turn('heartbeat', signal);
    await pace.turn('heartbeat', signal);
    await pace.turn('heartbeat', signal);
    expect(performance.now() - from).toBeGreaterThanOrEqual(95);
  });

  it('gives turns by urgency, then in the order of asking', async () => {
    const pace = new Pace(100);
    const { signal } = new AbortController();
    const order: string[] = [];
    await pace.turn('heartbeat', signal);
    const asked: [string, Urgency][] = [
      ['refresh', 'refresh'],
      ['recheck 1', 'recheck'],
      ['heartbeat 1', 'heartbeat'],
      ['recheck 2', 'recheck'],
      ['heartbeat 2', 'heartbeat'],
    ];
    await Promise.all(
      asked.map(async ([name, urgency]) => {
        await pace.turn(urgency, signal);
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
    const pace = new Pace(2);
    const gone = new AbortController();
    const { signal } = new AbortController();
    await pace.turn('heartbeat', signal);
    const left = pace.turn('heartbeat', gone.signal);
    gone.abort(new Error('no longer'));
    await expect(left).rejects.toThrow('no longer');
    await expect(pace.turn('heartbeat', gone.signal)).rejects.toThrow();
    await pace.turn('recheck', signal);
  });
});
