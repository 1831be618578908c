import type { Entity } from '@backstage/catalog-model';
import { withPlacements } from './withPlacements';

function entity(metadata: Partial<Entity['metadata']>): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'agent', ...metadata },
    spec: { type: 'service', owner: 'guests', lifecycle: 'production' },
  };
}

describe('withPlacements', () => {
  it.each([
    ['an entity that is nowhere', {}, ''],
    ['an entity that is nowhere and says so', { description: 'Mine' }, 'Mine'],
    [
      'a placed entity',
      {
        description: 'Mine',
        annotations: {
          'argocd-hub/clusters': 'dr,prod-eu',
          'argocd-hub/environments': 'prod,dr',
        },
      },
      'Mine : dr, prod-eu, prod',
    ],
    [
      'a cluster',
      {
        annotations: {
          'argocd-hub/hub': 'main',
          'argocd-hub/cluster': 'Prod EU',
          'kubernetes.io/api-server': 'https://prod.example.com',
        },
        labels: { env: 'prod', region: 'eu-west', empty: '' },
      },
      'Prod EU, main, https://prod.example.com, prod, eu-west',
    ],
    [
      'labels of what is no cluster',
      { description: 'Mine', labels: { tier: 'web' } },
      'Mine',
    ],
  ])('makes the text of %s', (_, metadata, text) => {
    expect(withPlacements()(entity(metadata)).text).toBe(text);
  });

  it('keeps what another transformer makes, and adds no field', () => {
    const own = withPlacements(({ metadata }) => ({
      ...{ title: `My ${metadata.name}`, text: 'mine', componentType: 'x' },
      ...{ type: 'x', namespace: 'n', kind: 'K', lifecycle: '', owner: '' },
    }));
    expect(
      own(entity({ annotations: { 'argocd-hub/clusters': 'dr' } })),
    ).toEqual({
      ...{ title: 'My agent', text: 'mine : dr', componentType: 'x' },
      ...{ type: 'x', namespace: 'n', kind: 'K', lifecycle: '', owner: '' },
    });
  });
});
