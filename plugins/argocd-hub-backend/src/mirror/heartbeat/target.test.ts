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
    ['nothing', null],
    ['one that is no node', 7],
    ['one whose name is a number', node('Service', { name: 7 })],
    ['one whose uid is an object', node('Service', { uid: {} })],
    ['one without a kind', node('Service', { kind: undefined })],
  ])('never takes %s', (_what, only) => {
    expect(chooseNode([only as never])).toBeUndefined();
  });
});
