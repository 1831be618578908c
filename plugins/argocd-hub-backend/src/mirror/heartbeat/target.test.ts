import { Pace, stretchedIntervalMs } from './pace';
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

  it('lets no more begin in a second than it may', async () => {
    const pace = new Pace(50);
    let begun = 0;
    const until = performance.now() + 1_000;
    while (performance.now() < until) {
      while (pace.take()) {
        begun += 1;
      }
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    expect(begun).toBeLessThanOrEqual(64);
    expect(begun).toBeGreaterThan(25);
  });
});
