import type { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { readMapping } from '../config/readMapping';
import { claimsOf, mayClaim, mayOperate } from './claimsOf';

const config = readMapping(
  new ConfigReader({
    argocdHub: {
      mapping: {
        projects: { 'shop-*': ['shop'], '{a,b}': ['group:teams/shop'] },
      },
    },
  }),
);

/** An entity that claims all of a project, and what it may do there. */
function rights(options: {
  owner: unknown;
  project: string;
  namespace?: string;
  annotations?: Record<string, string>;
}) {
  const { owner, project, namespace = 'default' } = options;
  const annotations = options.annotations ?? { 'argocd/project-name': project };
  const entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'x', namespace, annotations },
    spec: { owner },
  } as Entity;
  const { claims, owner: known } = claimsOf(entity, config);
  const rules = claims
    .map(({ rule }) => rule)
    .filter(({ key }) => key !== config.applicationEntityRefKey);
  const asked = { owner: known, project, config };
  return {
    reads: rules.some(rule => mayClaim({ rule, ...asked })),
    operates: mayOperate({ rules, ...asked }),
  };
}

const ALL = { reads: true, operates: true };
const NONE = { reads: false, operates: false };

describe('an owner', () => {
  it.each<[unknown, string, string | undefined, object]>([
    // As the catalog reads it: it is the same group.
    ['shop', 'shop-a', undefined, ALL],
    ['GROUP:Default/SHOP', 'shop-a', undefined, ALL],
    ['group:shop', 'shop-a', undefined, ALL],
    // Without a namespace it is of the entity's own.
    ['group:shop', 'shop-a', 'teams', NONE],
    ['shop', 'a', 'teams', ALL],
    ['group:shop', 'a', 'default', NONE],
    ['user:shop', 'shop-a', undefined, NONE],
    ['user:default/shop', 'shop-a', undefined, NONE],
    ['group:default/sh\u043ep', 'shop-a', undefined, NONE],
    ['group:default/\uff53hop', 'shop-a', undefined, NONE],
    ['group:default/shop\u200b', 'shop-a', undefined, NONE],
    ['group:default/shop\0', 'shop-a', undefined, NONE],
    ['group:default/*', 'shop-a', undefined, NONE],
    ['*', 'shop-a', undefined, NONE],
    ['group:', 'shop-a', undefined, NONE],
    [':shop', 'shop-a', undefined, NONE],
    ['/', 'shop-a', undefined, NONE],
    ['', 'shop-a', undefined, NONE],
    [undefined, 'shop-a', undefined, NONE],
    [['group:default/shop'], 'shop-a', undefined, NONE],
    [{ toString: 'shop' }, 'shop-a', undefined, NONE],
    ['__proto__', 'shop-a', undefined, NONE],
  ])('%j in project %s, from %s', (owner, project, namespace, expected) => {
    expect(rights({ owner, project, namespace })).toEqual(expected);
  });

  it.each([
    'shop',
    'SHOP-a',
    'x-shop-a',
    'shop_a',
    'a,b',
    '{a,b}',
    'ab',
    '*',
    '',
    'constructor',
  ])('has no right in project %j, which no glob of it matches', project => {
    expect(rights({ owner: 'shop', project })).toEqual(NONE);
  });

  it.each<Record<string, string>>([
    { 'argocd/app-selector': 'a=b', 'argocd/project-name': 'shop-a' },
    { 'argocd-hub/applicationset': 'shop', 'argocd/instance-name': 'shop-a' },
    { 'argocd/app-name': 'shop-a', 'argocd/app-namespace': 'shop-a' },
    { 'backstage.io/kubernetes-id': 'component:default/shop' },
    { 'backstage.io/entity-ref': 'component:default/shop' },
  ])('gets none by what it writes: %j', annotations => {
    const options = { owner: 'shop', project: 'vault', annotations };
    expect(rights(options)).toEqual(NONE);
  });
});
