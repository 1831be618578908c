import type { MappingSuggestion } from 'backstage-plugin-argocd-hub-common';
import { applicationRecord } from '../testing/records';
import { ClaimIndex } from './ClaimIndex';
import { claimsOf, type MappingConfig } from './claimsOf';
import { suggestionsFor } from './suggestionsFor';

const KEY = 'backstage.io/entity-ref';
const config: MappingConfig = { applicationEntityRefKey: KEY };
const onApplication = { on: 'application', key: KEY };
const byName = { on: 'entity', key: 'argocd/app-name', value: 'a' };
const bySet = { on: 'entity', key: 'argocd-hub/applicationset', value: 'set' };
const limited = { limited: true };

const CASES: [string, object, MappingConfig, object[]][] = [
  ['made by hand', {}, config, [byName, onApplication]],
  [
    'of a set',
    { applicationSet: 'set' },
    config,
    [bySet, byName, onApplication],
  ],
  [
    'in a project of some owners',
    { applicationSet: 'set', project: 'shop-eu' },
    { ...config, projects: { 'shop-*': ['group:default/shop'] } },
    [{ ...bySet, ...limited }, { ...byName, ...limited }, onApplication],
  ],
  [
    'in a project that no entity may claim',
    { applicationSet: 'set', project: 'other' },
    { ...config, projects: { 'shop-*': ['group:default/shop'] } },
    [onApplication],
  ],
];

describe('suggestionsFor', () => {
  it.each(CASES)('an application %s', (_, overrides, mapping, expected) => {
    const application = applicationRecord('a', overrides);
    expect(suggestionsFor(application, mapping)).toEqual(expected);
  });

  it.each(CASES)('are followed: an application %s', (_, overrides, mapping) => {
    const application = applicationRecord('a', overrides);
    const entity = (annotations: Record<string, string>) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'mine', annotations },
      spec: { owner: 'group:default/shop' },
    });
    const claimsAfter = ({ on, key, value }: MappingSuggestion) => {
      const ref = 'component:default/mine';
      const isOnEntity = on === 'entity';
      const annotations = isOnEntity ? { [key]: value! } : {};
      const claims = claimsOf(entity(annotations), mapping);
      return ClaimIndex.of([claims], mapping).entitiesOf({
        ...application,
        annotations: isOnEntity ? {} : { [key]: value ?? ref },
      });
    };
    for (const suggestion of suggestionsFor(application, mapping)) {
      expect(claimsAfter(suggestion)).toMatchObject([
        { entityRef: 'component:default/mine' },
      ]);
    }
  });
});
