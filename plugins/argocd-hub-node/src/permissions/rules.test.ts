import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  clusterReadPermission,
  hubReadPermission,
} from 'backstage-plugin-argocd-hub-common';
import {
  argocdHubClusterConditions as clusters,
  argocdHubHubConditions as hubs,
  createArgocdHubClusterConditionalDecision,
  createArgocdHubHubConditionalDecision,
} from './conditions';
import {
  argocdHubClusterPermissionRules,
  argocdHubHubPermissionRules,
} from './rules';

const CLUSTER = {
  hub: 'main',
  name: 'prod',
  labels: { env: 'prod', empty: '' },
};
const clusterRules = Object.values(argocdHubClusterPermissionRules);
const hubRules = Object.values(argocdHubHubPermissionRules);

describe('rules of clusters', () => {
  const mayRead = (conditions: any) =>
    createConditionAuthorizer(clusterRules)(
      createArgocdHubClusterConditionalDecision(
        clusterReadPermission,
        conditions,
      ),
      CLUSTER,
    );

  it.each([
    [clusters.inHub({ hubs: ['main'] }), true, { hubs: ['main'] }],
    [
      clusters.inHub({ hubs: ['edge', 'main'] }),
      true,
      { hubs: ['edge', 'main'] },
    ],
    [clusters.inHub({ hubs: ['edge'] }), false, { hubs: ['edge'] }],
    [clusters.inHub({ hubs: [] }), false, { hubs: [] }],
    [clusters.hasLabel({ label: 'env' }), true, { label: 'env' }],
    [
      clusters.hasLabel({ label: 'env', value: 'prod' }),
      true,
      { label: 'env', value: 'prod' },
    ],
    [
      clusters.hasLabel({ label: 'env', value: 'PROD' }),
      false,
      { label: 'env', value: 'PROD' },
    ],
    [
      clusters.hasLabel({ label: 'empty', value: '' }),
      true,
      { label: 'empty', value: '' },
    ],
    [clusters.hasLabel({ label: 'region' }), false, { label: 'region' }],
    [
      clusters.hasLabel({ label: 'constructor' }),
      false,
      { label: 'constructor' },
    ],
  ])('%j is %p, in memory and as a query', (condition, allowed, query) => {
    expect(mayRead(condition)).toBe(allowed);
    expect(createConditionTransformer(clusterRules)(condition)).toEqual(query);
  });

  it('can be joined', () => {
    const inHub = clusters.inHub({ hubs: ['main'] });
    const isProd = clusters.hasLabel({ label: 'env', value: 'prod' });
    expect(mayRead({ allOf: [inHub, { not: isProd }] })).toBe(false);
    expect(mayRead({ anyOf: [{ not: inHub }, isProd] })).toBe(true);
  });

  it.each([
    { rule: 'IN_HUB', params: {} },
    { rule: 'IN_HUB', params: { hubs: 'main' } },
    { rule: 'HAS_LABEL', params: { label: 1 } },
    { rule: 'HAS_LABEL', params: { label: 'env', value: ['prod'] } },
    { rule: 'IS_NICE', params: {} },
  ])('refuse %j', wrong => {
    const condition = { resourceType: 'argocd-hub-cluster', ...wrong };
    expect(() => mayRead(condition)).toThrow();
    expect(() =>
      createConditionTransformer(clusterRules)(condition as any),
    ).toThrow();
  });
});

describe('rules of hubs', () => {
  it.each([
    [['main'], true],
    [['edge'], false],
    [[], false],
  ])('allow hubs of %j: %p', (names, allowed) => {
    const decision = createArgocdHubHubConditionalDecision(
      hubReadPermission,
      hubs.inHub({ hubs: names }),
    );
    expect(decision).toEqual({
      result: AuthorizeResult.CONDITIONAL,
      pluginId: 'argocd-hub',
      resourceType: 'argocd-hub-hub',
      conditions: {
        resourceType: 'argocd-hub-hub',
        rule: 'IN_HUB',
        params: { hubs: names },
      },
    });
    const mayRead = createConditionAuthorizer(hubRules);
    expect(mayRead(decision, { name: 'main' })).toBe(allowed);
  });
});
