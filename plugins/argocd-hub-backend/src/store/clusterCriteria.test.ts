import { TestDatabases } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  type PermissionCondition,
  type PermissionCriteria,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  argocdHubClusterConditions as conditions,
  argocdHubClusterPermissionRules,
} from 'backstage-plugin-argocd-hub-node';
import fc from 'fast-check';
import { clusterRecord } from '../testing/records';
import type { ClusterCriteria } from './ClusterStore';
import { createStore } from './__testUtils__/storeOn';

jest.setTimeout(60_000);

type Conditions = PermissionCriteria<PermissionCondition>;

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const rules = Object.values(argocdHubClusterPermissionRules);
const queryOf = createConditionTransformer(rules) as (
  asked: Conditions,
) => ClusterCriteria;
const allows = createConditionAuthorizer(rules);

/** Labels of clusters, by hub and name. */
const CLUSTERS: Record<string, Record<string, Record<string, string>>> = {
  main: {
    prod: { env: 'prod', 'example.com/tier': '1' },
    staging: { env: 'staging', tier: '' },
    'arn:aws/"odd"': { env: `it's "prod"` },
    bare: {},
  },
  edge: { prod: { env: 'prod' }, other: { 'example.com/tier': '2' } },
};
const all = Object.entries(CLUSTERS).flatMap(([hub, named]) =>
  Object.entries(named).map(([name, labels]) => ({ hub, name, labels })),
);

const inHub = (...hubs: string[]) => conditions.inHub({ hubs });
const hasLabel = (label: string, value?: string) =>
  conditions.hasLabel({ label, ...(value !== undefined && { value }) });

const leaf: fc.Arbitrary<Conditions> = fc.oneof(
  fc.subarray(['main', 'edge', "x' or 1=1 --"]).map(hubs => inHub(...hubs)),
  fc
    .tuple(
      fc.constantFrom('env', 'example.com/tier', 'tier', 'a"b', "$.x'", '?'),
      fc.constantFrom(undefined, 'prod', '1', '', `it's "prod"`, '?'),
    )
    .map(([label, value]) => hasLabel(label, value)),
);
const { criteria } = fc.letrec<{ criteria: Conditions }>(tie => {
  const several = fc.array(tie('criteria'), { minLength: 1, maxLength: 3 });
  return {
    criteria: fc.oneof(
      { depthSize: 'small' },
      leaf,
      several.map(parts => ({ allOf: parts as [Conditions] })),
      several.map(parts => ({ anyOf: parts as [Conditions] })),
      tie('criteria').map(part => ({ not: part })),
    ),
  };
});

describe.each(databases.eachSupportedId())('clusters by criteria on %p', id => {
  const refs = (found: { hub: string; name: string }[]) =>
    found.map(({ hub, name }) => `${hub}/${name}`).sort();

  const setUp = async () => {
    const store = await createStore(await databases.init(id));
    for (const [hub, named] of Object.entries(CLUSTERS)) {
      const lease = (await store.leases.acquire(hub))!;
      await store.hubs.update({ lease, hub, changes: {} });
      await store.clusters.replace({
        lease,
        hub,
        clusters: Object.entries(named).map(([name, labels]) =>
          clusterRecord(name, { labels }),
        ),
      });
    }
    return store;
  };

  it('are those that the rules allow', async () => {
    const store = await setUp();
    const expected = (asked: Conditions) =>
      refs(
        all.filter(cluster =>
          allows(
            {
              result: AuthorizeResult.CONDITIONAL,
              pluginId: 'argocd-hub',
              resourceType: 'argocd-hub-cluster',
              conditions: asked,
            },
            cluster,
          ),
        ),
      );
    await fc.assert(
      fc.asyncProperty(criteria, async asked => {
        const found = await store.clusters.matching(queryOf(asked));
        expect(refs(found)).toEqual(expected(asked));
      }),
      { numRuns: 150 },
    );
  });

  it('can be asked for one', async () => {
    const { clusters } = await setUp();
    const isProd = queryOf(hasLabel('env', 'prod'));
    const ask = async (hub: string, name: string) =>
      refs(await clusters.matching(isProd, { hub, name }));
    expect(await ask('main', 'prod')).toEqual(['main/prod']);
    expect(await ask('main', 'staging')).toEqual([]);
    expect(await ask('main', 'nowhere')).toEqual([]);
  });

  it('follow labels that change', async () => {
    const { clusters, leases } = await setUp();
    await clusters.replace({
      lease: (await leases.acquire('edge'))!,
      hub: 'edge',
      clusters: [clusterRecord('prod', { labels: { env: 'dev' } })],
    });
    const found = await clusters.matching(queryOf(hasLabel('env', 'prod')));
    expect(refs(found)).toEqual(['main/prod']);
  });

  it.each([{ allOf: [] }, { anyOf: [] }, {}, { label: 3 }])(
    'refuse %j, which no rule of ours asks',
    async wrong => {
      const { clusters } = await setUp();
      await expect(clusters.matching(wrong as any)).rejects.toThrow();
      await expect(clusters.matching({ not: wrong } as any)).rejects.toThrow();
    },
  );
});
