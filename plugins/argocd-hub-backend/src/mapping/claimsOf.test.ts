import type { Entity } from '@backstage/catalog-model';
import type { RuleRefusal } from 'backstage-plugin-argocd-hub-common';
import { claimsOf, mayClaim, type MappingConfig, mayOperate } from './claimsOf';

const KEY = 'backstage.io/entity-ref';
const SELECTOR = 'argocd/app-selector';
const INSTANCE = 'argocd/instance-name';
const NAMESPACE = 'argocd/app-namespace';
const config: MappingConfig = { applicationEntityRefKey: KEY };

function entity(
  annotations: Record<string, string>,
  extra: { namespace?: string; owner?: string } = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'agent', namespace: extra.namespace, annotations },
    spec: { owner: extra.owner ?? 'guests' },
  };
}

/** What the entity's own annotations claim: every entity may be named by an application too. */
function claimed(annotations: Record<string, string>) {
  return claimsOf(entity(annotations), config).claims.filter(
    claim => claim.rule.key !== KEY,
  );
}

describe('claimsOf', () => {
  it('lets applications name the entity', () => {
    const { entityRef, owner, claims } = claimsOf(entity({}), config);

    expect({ entityRef, owner }).toEqual({
      entityRef: 'component:default/agent',
      owner: 'group:default/guests',
    });
    expect(claims.map(claim => claim.selection)).toEqual([
      { match: { kind: 'key', key: KEY, value: 'component:default/agent' } },
    ]);
  });

  it.each([
    [
      'a name',
      { 'argocd/app-name': ' agent-prod ' },
      [{ match: { kind: 'name', name: 'agent-prod' } }],
    ],
    [
      'an ApplicationSet',
      { 'argocd-hub/applicationset': 'agent' },
      [{ match: { kind: 'application-set', name: 'agent' } }],
    ],
    [
      'a selector',
      { 'argocd/app-selector': 'app=agent' },
      [
        {
          match: {
            kind: 'labels',
            terms: [{ key: 'app', operator: 'in', values: ['agent'] }],
          },
        },
      ],
    ],
    [
      'a project',
      { 'argocd/project-name': 'shop' },
      [{ project: 'shop', match: { kind: 'labels', terms: [] } }],
    ],
    [
      'an id of the Kubernetes plugin',
      { 'backstage.io/kubernetes-id': 'agent' },
      [
        {
          match: {
            kind: 'key',
            key: 'backstage.io/kubernetes-id',
            value: 'agent',
          },
        },
      ],
    ],
    [
      'a name, narrowed to namespace, project and hubs',
      {
        'argocd/app-name': 'agent',
        'argocd/app-namespace': 'argocd',
        'argocd/project-name': 'shop',
        'argocd/instance-name': 'main, other',
      },
      [
        {
          hubs: ['main', 'other'],
          namespace: 'argocd',
          project: 'shop',
          match: { kind: 'name', name: 'agent' },
        },
      ],
    ],
    ['nothing, by a narrowing alone', { 'argocd/instance-name': 'main' }, []],
    ['nothing, by an empty value', { 'argocd/app-name': ' ' }, []],
  ])('selects by %s', (_, annotations, selections) => {
    expect(claimed(annotations).map(claim => claim.selection)).toEqual(
      selections,
    );
  });

  it('puts the strongest claim first', () => {
    const claims = claimed({
      'backstage.io/kubernetes-id': 'agent',
      'argocd/app-selector': 'app=agent',
      'argocd-hub/applicationset': 'agent',
      'argocd/app-name': 'agent',
    });

    expect(claims.map(claim => claim.rule.key)).toEqual([
      'argocd/app-name',
      'argocd-hub/applicationset',
      'argocd/app-selector',
      'backstage.io/kubernetes-id',
    ]);
  });

  it.each(['', 'app', '!app', 'app!=agent', 'app notin (a)', 'app=a,,', '%%'])(
    'refuses the selector %j',
    selector => {
      const result = claimsOf(
        entity({ 'argocd/app-selector': selector }),
        config,
      );

      expect(result.claims.every(claim => claim.rule.key === KEY)).toBe(true);
      expect(result.refused).toHaveLength(1);
    },
  );

  const long = 'a'.repeat(2_001);
  const tooLong = { code: 'too-long', limit: 2_000 } as const;

  it.each<[Record<string, string>, Record<string, RuleRefusal>]>([
    [{ [SELECTOR]: '' }, { [SELECTOR]: { code: 'too-wide' } }],
    [
      { [SELECTOR]: 'app=a, b c' },
      { [SELECTOR]: { code: 'bad-selector', term: 'b c' } },
    ],
    [
      { [SELECTOR]: Array(21).fill('a=b').join() },
      { [SELECTOR]: { code: 'too-many-terms', limit: 20 } },
    ],
    [
      { 'argocd/app-name': long, 'argocd-hub/applicationset': 'a\0' },
      {
        'argocd/app-name': tooLong,
        'argocd-hub/applicationset': { code: 'bad-characters' },
      },
    ],
    [
      { 'argocd/app-name': 'a', [INSTANCE]: long, [NAMESPACE]: 'a\0b' },
      {
        [INSTANCE]: { ...tooLong, blocksOthers: true },
        [NAMESPACE]: { code: 'bad-characters', blocksOthers: true },
      },
    ],
    [
      { [INSTANCE]: 'main', [NAMESPACE]: 'apps' },
      {
        [INSTANCE]: { code: 'narrows-nothing' },
        [NAMESPACE]: { code: 'narrows-nothing' },
      },
    ],
    [{ 'argocd/app-name': 'a', [INSTANCE]: 'main' }, {}],
  ])('tells by code and facts what it refuses: %#', (annotations, expected) => {
    const { refused } = claimsOf(entity(annotations), config);

    expect(
      Object.fromEntries(
        refused.map(({ rule, refusal }) => [rule.key, refusal]),
      ),
    ).toEqual(expected);
    for (const { rule } of refused) {
      expect(annotations[rule.key].startsWith(rule.value)).toBe(true);
    }
  });
});

describe('mayClaim', () => {
  const byName = {
    claimedBy: 'entity' as const,
    key: 'argocd/app-name',
    value: 'agent',
  };
  const byApplication = {
    claimedBy: 'application' as const,
    key: KEY,
    value: 'component:default/agent',
  };
  const byKubernetesId = {
    claimedBy: 'application' as const,
    key: 'backstage.io/kubernetes-id',
    value: 'agent',
  };
  const projects = {
    'shop-*': ['group:default/guests', 'group:default/shop'],
    'pay.*': ['group:finance/pay'],
    '{ops,infra}-[0-9]?': ['group:default/ops'],
    '[': ['group:default/broken'],
  };

  it.each([
    ['no gate', undefined, byName, 'group:default/any', 'shop-a', true],
    [
      'a listed owner',
      projects,
      byName,
      'group:default/guests',
      'shop-a',
      true,
    ],
    ['another owner', projects, byName, 'group:default/pay', 'shop-a', false],
    ['another namespace', projects, byName, 'group:x/shop', 'shop-a', false],
    ['no owner', projects, byName, undefined, 'shop-a', false],
    ['an unlisted project', projects, byName, 'group:default/shop', 'x', false],
    [
      'a glob, not a pattern',
      projects,
      byName,
      'group:finance/pay',
      'payx',
      false,
    ],
    [
      'alternatives, classes and one character',
      projects,
      byName,
      'group:default/ops',
      'infra-1x',
      true,
    ],
    [
      'none of the class',
      projects,
      byName,
      'group:default/ops',
      'infra-ax',
      false,
    ],
    [
      'a glob that makes no sense',
      projects,
      byName,
      'group:default/broken',
      '[',
      false,
    ],
    [
      'an application that names it',
      projects,
      byApplication,
      undefined,
      'x',
      true,
    ],
    ['an id users choose', projects, byKubernetesId, undefined, 'x', false],
  ])('%s', (_, gate, rule, owner, project, expected) => {
    expect(
      mayClaim({ rule, owner, project, config: { ...config, projects: gate } }),
    ).toBe(expected);
  });
});

describe('mayOperate', () => {
  const own = {
    claimedBy: 'entity' as const,
    key: 'argocd/app-name',
    value: 'a',
  };
  const named = {
    claimedBy: 'application' as const,
    key: KEY,
    value: 'component:default/agent',
  };
  const guests = 'group:default/guests';
  const projects = { shop: [guests] };

  it.each([
    [
      'whom the application names',
      [own, named],
      undefined,
      'x',
      undefined,
      true,
    ],
    ['who only claims it', [own], guests, 'shop', undefined, false],
    ['whose project it is', [own], guests, 'shop', projects, true],
    ['whose project it is not', [own], guests, 'pay', projects, false],
    ['of another owner', [own], 'group:default/pay', 'shop', projects, false],
    ['of no owner', [own], undefined, 'shop', projects, false],
    ['who claims nothing', [], guests, 'shop', projects, false],
  ])('%s', (_, rules, owner, project, gate, expected) => {
    expect(
      mayOperate({
        ...{ rules, owner, project },
        config: { ...config, projects: gate },
      }),
    ).toBe(expected);
  });
});
