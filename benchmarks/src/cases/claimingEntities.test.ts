import type { ApplicationPlace } from '../places';
import { claimingEntities, claimingOne } from './claimingEntities';

const place = (
  service: string,
  cluster: string,
  applicationSet?: string,
): ApplicationPlace => ({
  name: `${service}-${cluster}`,
  ...{ service, cluster, applicationSet },
});

const places = [
  place('cart', 'two', 'carts'),
  place('lonely', 'one'),
  place('cart', 'one', 'carts'),
];

describe('claimingEntities', () => {
  it('claims every service in three ways, and knows where that is', () => {
    const label = (service: string) => ({
      'argocd/app-selector': `app.kubernetes.io/name=${service}`,
    });
    expect(claimingEntities(places, 7)).toEqual([
      {
        ...{ name: 'claims-0', clusters: ['one', 'two'] },
        annotations: label('cart'),
      },
      {
        ...{ name: 'claims-1', clusters: ['one', 'two'] },
        annotations: { 'argocd-hub/applicationset': 'carts' },
      },
      {
        ...{ name: 'claims-2', clusters: ['two'] },
        annotations: { 'argocd/app-name': 'cart-two' },
      },
      {
        ...{ name: 'claims-3', clusters: ['one'] },
        annotations: label('lonely'),
      },
      {
        // It belongs to no set.
        ...{ name: 'claims-4', clusters: ['one'] },
        annotations: label('lonely'),
      },
      {
        ...{ name: 'claims-5', clusters: ['one'] },
        annotations: { 'argocd/app-name': 'lonely-one' },
      },
      {
        ...{ name: 'claims-6', clusters: ['one', 'two'] },
        annotations: label('cart'),
      },
    ]);
  });

  it('places none where there is nothing to claim', () => {
    expect(() => claimingEntities([], 1)).toThrow('has no applications');
  });
});

it('changes what an entity claims, and keeps its name', () => {
  const [entity] = claimingEntities(places, 1);
  expect(claimingOne(entity, places[1])).toEqual({
    name: 'claims-0',
    annotations: { 'argocd/app-name': 'lonely-one' },
    clusters: ['one'],
  });
});
