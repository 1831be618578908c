import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { component, CONFIG } from '../routers/__testUtils__/startRouter';
import { CatalogClaims } from './CatalogClaims';

const A = 'component:default/a';
const B = 'component:default/b';
const MISSING = 'component:default/missing';
const ada = mockCredentials.user('user:default/ada');
const bob = mockCredentials.user('user:default/bob');
const down = new Error('catalog is down');

function catalogClaims(options: { maxBytes?: number } = {}) {
  const clock = { now: 0 };
  const logger = mockServices.logger.mock();
  const catalog = catalogServiceMock({
    entities: [component('a'), component('b', { 'argocd/app-name': 'b' })],
  });
  const one = jest.spyOn(catalog, 'getEntityByRef');
  const many = jest.spyOn(catalog, 'getEntitiesByRefs');
  const claims = new CatalogClaims({
    ...{ catalog, logger, config: CONFIG.mapping, now: () => clock.now },
    ...options,
  });
  const refsOf = async (refs: string[], credentials = ada) =>
    (await claims.ofMany(refs, credentials)).map(({ entityRef }) => entityRef);
  return { claims, refsOf, clock, logger, one, many };
}

describe('claims of the catalog', () => {
  it('are read once in ten seconds, alone and with others', async () => {
    const { claims, refsOf, clock, one, many } = catalogClaims();
    const read = await claims.of(B, ada);
    expect(read?.claims.map(({ rule }) => rule.value)).toContain('b');
    clock.now += 9_999;
    expect(await claims.of(B, ada)).toEqual(read);
    expect(await refsOf([B])).toEqual([B]);
    expect(one).toHaveBeenCalledTimes(1);
    expect(many).not.toHaveBeenCalled();

    clock.now += 1;
    await refsOf([B]);
    await claims.of(B, ada);
    expect(one).toHaveBeenCalledTimes(1);
    expect(many).toHaveBeenCalledTimes(1);
  });

  it('are asked for only where they are not kept', async () => {
    const { refsOf, many } = catalogClaims();
    await refsOf([A]);
    expect((await refsOf([A, B])).sort()).toEqual([A, B]);
    expect(many.mock.calls.map(([{ entityRefs }]) => entityRefs)).toEqual([
      [A],
      [B],
    ]);
    expect(await refsOf([])).toEqual([]);
    expect(many).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['another user', bob],
    ['a service', mockCredentials.service('external:a')],
    [
      'another service on behalf of the user',
      {
        ...ada,
        principal: {
          ...ada.principal,
          actor: mockCredentials.service('plugin:x').principal,
        },
      },
    ],
  ])('are not shared with %s', async (_, other) => {
    const { claims, refsOf, one, many } = catalogClaims();
    await claims.of(A, ada);
    one.mockResolvedValue(undefined);
    many.mockResolvedValue({ items: [undefined] });
    expect(await claims.of(A, other)).toBeUndefined();
    expect(await claims.ofMany([A], other)).toEqual([]);
    expect(await refsOf([A])).toEqual([A]);
  });

  it('are not kept for who is nobody', async () => {
    const { claims, one } = catalogClaims();
    await claims.of(A, mockCredentials.none());
    await claims.of(A, mockCredentials.none());
    expect(one).toHaveBeenCalledTimes(2);
  });

  it('that are missing are looked for again', async () => {
    const { claims, refsOf, one, many } = catalogClaims();
    expect(await claims.of(MISSING, ada)).toBeUndefined();
    expect(await claims.of(MISSING, ada)).toBeUndefined();
    expect(await refsOf([A, MISSING, B])).toEqual([A, B]);
    expect(await refsOf([A, MISSING, B])).toEqual([A, B]);
    expect(one).toHaveBeenCalledTimes(2);
    expect(many.mock.calls[1][0].entityRefs).toEqual([MISSING]);
  });

  it('of many are those that are kept while the catalog is down', async () => {
    const { claims, refsOf, one, many } = catalogClaims();
    await refsOf([A]);
    one.mockRejectedValue(down);
    many.mockRejectedValue(down);
    expect(await refsOf([A, B])).toEqual([A]);
    await expect(claims.of(B, ada)).rejects.toThrow('catalog is down');
  });

  it('tell of an outage once, and of the next one again', async () => {
    const { refsOf, logger, many } = catalogClaims();
    for (const outages of [1, 2]) {
      many.mockRejectedValueOnce(down).mockRejectedValueOnce(down);
      expect(await refsOf([A])).toEqual([]);
      expect(await refsOf([A])).toEqual([]);
      expect(logger.warn).toHaveBeenCalledTimes(outages);
      await refsOf([MISSING]);
    }
    expect(logger.warn.mock.calls[0][0]).toContain('catalog is down');
  });

  it('take no more bytes than they may, and let go of the oldest', async () => {
    const { claims, ...on } = catalogClaims();
    await on.refsOf([A, B]);
    const maxBytes = claims.bytes - 1;

    const bounded = catalogClaims({ maxBytes });
    await bounded.refsOf([A, B]);
    expect(bounded.claims.bytes).toBeGreaterThan(0);
    expect(bounded.claims.bytes).toBeLessThanOrEqual(maxBytes);

    await bounded.claims.of(B, ada);
    expect(bounded.one).not.toHaveBeenCalled();
    await bounded.claims.of(A, ada);
    expect(bounded.one).toHaveBeenCalledTimes(1);
  });
});
