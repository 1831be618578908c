import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { DatabaseStore } from '../store/DatabaseStore';
import type {
  ApplicationRecord,
  ApplicationSelection,
} from '../store/ApplicationStore';
import type { Lease } from '../store/LeaseStore';
import { applicationRecord } from '../testing/records';
import { ClaimIndex, selects } from './ClaimIndex';
import { claimsOf, type MappingConfig } from './claimsOf';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const config: MappingConfig = {
  applicationEntityRefKey: 'backstage.io/entity-ref',
};

function claims(
  name: string,
  annotations: Record<string, string>,
  owner = 'guests',
) {
  return claimsOf(
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name, annotations },
      spec: { owner },
    },
    config,
  );
}

function entitiesOf(
  application: Partial<ApplicationRecord>,
  entities: ReturnType<typeof claims>[],
  mapping = config,
) {
  return ClaimIndex.of(entities, mapping)
    .entitiesOf(applicationRecord('app', application))
    .map(({ entityRef, rules }) => [entityRef, ...rules.map(rule => rule.key)]);
}

const names = fc.constantFrom('a', 'b', 'c');
const labels = fc.dictionary(names, names, { maxKeys: 3 });
const application: fc.Arbitrary<ApplicationRecord> = fc
  .record({
    hub: fc.constantFrom('main', 'other'),
    project: names,
    namespace: names,
    applicationSet: fc.option(names, { nil: undefined }),
    labels,
    annotations: labels,
    name: names,
    named: fc.option(
      fc.constantFrom(
        'component:default/entity',
        'component:default/e0',
        'component:entity',
        'Component:default/Entity',
        'entity',
      ),
      { nil: undefined },
    ),
  })
  .map(({ named, ...rest }) => ({
    ...rest,
    annotations: named
      ? { ...rest.annotations, 'backstage.io/entity-ref': named }
      : rest.annotations,
  }))
  .map(({ name, ...rest }) => applicationRecord(name, rest));
const selector = fc
  .array(
    fc.oneof(
      fc.tuple(names, names).map(([key, value]) => `${key}=${value}`),
      fc.tuple(names, names).map(([key, value]) => `${key}!=${value}`),
      fc
        .tuple(names, names, names)
        .map(([key, a, b]) => `${key} in (${a},${b})`),
      names,
      names.map(key => `!${key}`),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map(terms => terms.join());
const annotations = fc.record(
  {
    'argocd/app-name': names,
    'argocd/app-selector': selector,
    'argocd/app-namespace': names,
    'argocd/project-name': names,
    'argocd/instance-name': fc.constantFrom('main', 'other', 'main,other'),
    'argocd-hub/applicationset': names,
    'backstage.io/kubernetes-id': names,
  },
  { requiredKeys: [] },
);

describe('ClaimIndex', () => {
  it('finds every entity that claims an application, with all its rules', () => {
    expect(
      entitiesOf(
        {
          labels: { app: 'agent' },
          annotations: { 'backstage.io/entity-ref': 'component:default/agent' },
        },
        [
          claims('agent', { 'argocd/app-selector': 'app=agent' }),
          claims('twin', { 'argocd/app-selector': 'app in (agent,x)' }),
          claims('other', { 'argocd/app-name': 'other' }),
        ],
      ),
    ).toEqual([
      [
        'component:default/agent',
        'backstage.io/entity-ref',
        'argocd/app-selector',
      ],
      ['component:default/twin', 'argocd/app-selector'],
    ]);
  });

  it('believes an application that names an entity nobody has told of', () => {
    expect(
      entitiesOf(
        { annotations: { 'backstage.io/entity-ref': 'component:shop/cart' } },
        [],
      ),
    ).toEqual([['component:shop/cart', 'backstage.io/entity-ref']]);
  });

  it.each([
    ...['', 'agent', ':::', 'component:/x'],
    // Nor what the catalog would not let an entity be called.
    'component:default/a, component:default/b',
    'component:default/a b',
    'component:de.fault/a',
    'com-ponent:default/a',
    `component:default/${'a'.repeat(64)}`,
    // Nor what the mirror would have spelled otherwise: the database would not find it.
    ...['component:agent', 'Component:default/agent'],
  ])('ignores the ref %j, which names none', ref => {
    expect(
      entitiesOf({ annotations: { 'backstage.io/entity-ref': ref } }, []),
    ).toEqual([]);
  });

  it('gives nothing to an entity that claims everything', () => {
    const greedy = ['', '*', '!x', 'x', 'x!=y', 'x notin (y)'].map(
      (text, index) =>
        claims(`greedy-${index}`, { 'argocd/app-selector': text }),
    );
    expect(entitiesOf({ labels: { x: 'z' } }, greedy)).toEqual([]);
  });

  it('follows a claim only into projects that the owner may claim', () => {
    const both = [
      claims('mine', { 'argocd/app-name': 'app' }, 'shop'),
      claims('theirs', { 'argocd/app-name': 'app' }, 'attackers'),
    ];
    expect(
      entitiesOf({ project: 'shop' }, both, {
        ...config,
        projects: { shop: ['group:default/shop'] },
      }),
    ).toEqual([['component:default/mine', 'argocd/app-name']]);
  });

  it('tells each rule once of an application that has several of its values', () => {
    expect(
      entitiesOf({ labels: { app: 'a' }, annotations: { app: 'b' } }, [
        claims('both', { 'argocd/app-selector': 'app in (a,b,a)' }),
      ]),
    ).toEqual([['component:default/both', 'argocd/app-selector']]);
  });

  it.each<[string, (index: number) => Record<string, string>]>([
    ['projects', index => ({ 'argocd/project-name': `p${index}` })],
    ['values', index => ({ 'argocd/app-selector': `app in (x${index},y)` })],
  ])('looks at no claim for other %s', (_, annotationsOf) => {
    let looks = 0;
    const counted = Array.from({ length: 2_000 }, (__, index) => {
      const entity = claims(`e${index}`, annotationsOf(index));
      return {
        ...entity,
        claims: entity.claims.map(({ rule, selection }) => ({
          rule,
          get selection() {
            looks++;
            return selection;
          },
        })),
      };
    });
    const index = ClaimIndex.of(counted, config);
    looks = 0;
    const found = index.entitiesOf(
      applicationRecord('app', { project: 'p7', labels: { app: 'x7' } }),
    );
    expect(found).toMatchObject([{ entityRef: 'component:default/e7' }]);
    expect(looks).toBe(1);
  });

  it('agrees with asking every claim', () => {
    fc.assert(
      fc.property(
        application,
        fc.array(annotations, { maxLength: 5 }),
        (app, given) => {
          const entities = given.map((one, index) => claims(`e${index}`, one));
          const slowly = entities
            .filter(entity =>
              entity.claims.some(({ selection }) => selects(selection, app)),
            )
            .map(({ entityRef }) => entityRef);
          const known = new Set(entities.map(({ entityRef }) => entityRef));
          const found = ClaimIndex.of(entities, config)
            .entitiesOf(app)
            .map(({ entityRef }) => entityRef);
          // It may also name one that nobody has told of.
          expect(found.filter(ref => known.has(ref))).toEqual(slowly);
        },
      ),
    );
  });

  it('agrees with what the database selects', async () => {
    const knex = await databases.init('SQLITE_3');
    const store = await DatabaseStore.create({
      database: mockServices.database({ knex }),
      logger: mockServices.logger.mock(),
    });
    const lease = (await store.leases.acquire('main')) as Lease;
    const apps = fc
      .sample(application, { numRuns: 60, seed: 1 })
      .map((app, index) => ({
        ...app,
        hub: 'main',
        name: `${app.name}${index}`,
      }));
    await store.applications.apply({
      ...{ lease, hub: 'main', upserts: apps, removals: [] },
    });

    const expectSame = async (...selections: ApplicationSelection[]) => {
      const stored = await store.applications.select(...selections);
      const inMemory = apps.filter(app =>
        selections.some(selection => selects(selection, app)),
      );
      expect(stored.map(({ name }) => name).sort()).toEqual(
        inMemory.map(({ name }) => name).sort(),
      );
    };
    for (const one of fc.sample(annotations, { numRuns: 100, seed: 2 })) {
      const selections = claims('entity', one).claims.map(
        ({ selection }) => selection,
      );
      for (const selection of selections) await expectSame(selection);
      await expectSame(...selections);
    }
  });
});
