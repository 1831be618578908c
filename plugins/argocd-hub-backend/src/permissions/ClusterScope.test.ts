import type { ClusterCriteria } from '../store/ClusterStore';
import { ClusterScope } from './ClusterScope';

const inMain: ClusterCriteria = { hubs: ['main'] };
const inEdge: ClusterCriteria = { hubs: ['edge'] };
const isProd: ClusterCriteria = { label: 'env', value: 'prod' };

/** Of what goes to no cluster of the hub `main`. */
const OUTSIDE: [ClusterCriteria | undefined, boolean][] = [
  [undefined, true],
  [inMain, true],
  [inEdge, false],
  [{ not: inEdge }, true],
  [{ not: inMain }, false],
  // A cluster that is not known may have the label, or may not.
  [isProd, false],
  [{ not: isProd }, false],
  [{ not: { not: isProd } }, false],
  [{ anyOf: [isProd, { not: isProd }] }, false],
  [{ allOf: [inMain, isProd] }, false],
  [{ allOf: [inMain, { not: isProd }] }, false],
  [{ anyOf: [inMain, isProd] }, true],
  [{ anyOf: [inEdge, isProd] }, false],
  [{ not: { allOf: [inEdge, isProd] } }, true],
  [{ not: { anyOf: [inEdge, isProd] } }, false],
];

describe('ClusterScope', () => {
  it.each(OUTSIDE)(
    'of %j has what goes to no cluster: %p',
    async (criteria, expected) => {
      const scope = new ClusterScope(
        { matching: async () => [] } as any,
        criteria,
      );
      expect(scope.hasOutside('main')).toBe(expected);
      expect(await scope.has({ hub: 'main' })).toBe(expected);
    },
  );

  it('without criteria has every cluster and asks nothing', async () => {
    const scope = new ClusterScope({} as any);
    expect((await scope.resolve()).isAll).toBe(true);
    expect(await scope.has({ hub: 'main', cluster: 'any' })).toBe(true);
  });

  it('with criteria has what the database finds', async () => {
    const matching = jest.fn(async (_criteria, { name }: any = {}) =>
      name === 'other' ? [] : [{ hub: 'main', name: 'prod' }],
    );
    const scope = new ClusterScope({ matching } as any, isProd);
    const visible = await scope.resolve();
    expect(visible.isAll).toBe(false);
    expect(visible.has({ hub: 'main', name: 'prod' })).toBe(true);
    expect(visible.has({ hub: 'main', name: 'other' })).toBe(false);
    expect(visible.hasOutside('main')).toBe(false);
    expect(await scope.has({ hub: 'main', cluster: 'prod' })).toBe(true);
    expect(await scope.has({ hub: 'main', cluster: 'other' })).toBe(false);
    expect(matching).toHaveBeenLastCalledWith(isProd, {
      hub: 'main',
      name: 'other',
    });
  });
});
