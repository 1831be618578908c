import { TestDatabases } from '@backstage/backend-test-utils';
import { storeOn } from './__testUtils__/storeOn';
import type { EntityClaims } from './ClaimStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const claims = (name: string, value = name): EntityClaims => ({
  entityRef: `component:default/${name}`,
  owner: 'group:default/team',
  claims: [
    {
      rule: { claimedBy: 'entity', key: 'argocd/app-name', value },
      selection: { match: { kind: 'name', name: value } },
    },
  ],
  refused: [],
});

describe.each(databases.eachSupportedId())('claims on %p', id => {
  const setUp = async () => {
    const world = await storeOn(databases, id);
    const lease = (await world.store.leases.acquire('mapping:claims'))!;
    const replace = (entities: EntityClaims[], ...keep: string[]) =>
      world.store.claims.replace({ lease, entities, keep: new Set(keep) });
    return { ...world, lease, replace };
  };

  it('are what was read last, and tell who asks for something else', async () => {
    const { store, replace } = await setUp();
    expect(await replace([claims('a'), claims('b'), claims('c')])).toHaveLength(
      3,
    );
    const changed = await replace([claims('a'), claims('b', 'x'), claims('d')]);
    expect(changed.sort()).toEqual(
      ['b', 'c', 'd'].map(name => `component:default/${name}`),
    );
    expect(await store.claims.all()).toEqual([
      claims('a'),
      claims('b', 'x'),
      claims('d'),
    ]);
    expect(await store.claims.get('component:default/b')).toEqual(
      claims('b', 'x'),
    );
    expect(await store.claims.get('component:default/c')).toBeUndefined();
  });

  it('are read as older versions wrote them, until they are written anew', async () => {
    const { store, knex, replace } = await setUp();
    const rule = {
      claimedBy: 'entity' as const,
      key: 'argocd/app-selector',
      value: 'app',
    };
    const refusing = (...refused: object[]) => ({ ...claims('a'), refused });
    await replace([claims('a')]);
    await knex('entity_claims').update({
      claims: JSON.stringify(
        refusing(
          { rule, code: 'bad-selector', why: "Cannot read 'a b'" },
          { rule, code: 'too-wide', why: 'A selector needs' },
          { rule, code: 'narrows-nothing', why: 'It narrows' },
          { rule, why: 'It has more than' },
        ),
      ),
    });
    const codes = [
      'bad-selector',
      'too-wide',
      'narrows-nothing',
      'bad-selector',
    ];
    const read = refusing(...codes.map(code => ({ rule, refusal: { code } })));
    const { entityRef } = read;
    expect(await store.claims.all()).toEqual([read]);
    expect(await store.claims.some([entityRef])).toEqual([read]);
    expect(await store.claims.get(entityRef)).toEqual(read);

    const anew: EntityClaims = {
      ...claims('a'),
      refused: [{ rule, refusal: { code: 'bad-selector', term: 'a b' } }],
    };
    expect(await replace([anew])).toEqual([entityRef]);
    expect(await store.claims.get(entityRef)).toEqual(anew);
  });

  it('stay where they are kept, and change where they were read', async () => {
    const { store, replace } = await setUp();
    const refOf = (name: string) => `component:default/${name}`;
    await replace([claims('a'), claims('b'), claims('c')]);
    const changed = await replace(
      [claims('c', 'x')],
      ...['b', 'c', 'new'].map(refOf),
    );
    expect(changed.sort()).toEqual(['a', 'c'].map(refOf));
    expect(await store.claims.refs()).toEqual(['b', 'c'].map(refOf));
    expect(await store.claims.get(refOf('c'))).toEqual(claims('c', 'x'));
  });

  it('are not written when nothing differs', async () => {
    const { knex, replace } = await setUp();
    await replace([claims('a')]);
    const statements: string[] = [];
    knex.on('query', ({ sql }) => statements.push(sql));
    expect(await replace([claims('a')])).toEqual([]);
    expect(
      statements.filter(sql => /^(insert|update|delete)/i.test(sql)),
    ).toEqual([]);
  });

  it('tell once that they were read, also where there are none', async () => {
    const { store, replace } = await setUp();
    const before = await store.revisions.current();
    expect(await replace([])).toEqual([]);
    const after = await store.revisions.current();
    expect(after.claims).not.toBe(before.claims);
    await replace([]);
    expect(await store.revisions.current()).toBe(after);
  });

  it('are all told, however many there are', async () => {
    const { store, replace } = await setUp();
    const many = Array.from({ length: 1_200 }, (_, index) =>
      claims(`c${1_000 + index}`),
    );
    await replace(many);
    expect(await store.claims.all()).toEqual(many);
  });

  it('are written by nobody who has lost the lease', async () => {
    const { store, replace, knex } = await setUp();
    await replace([claims('a')]);
    await knex('leases').update({ expires_at: 0 });
    await expect(replace([])).rejects.toThrow(/was lost/);
    expect(await store.claims.all()).toEqual([claims('a')]);
  });
});
