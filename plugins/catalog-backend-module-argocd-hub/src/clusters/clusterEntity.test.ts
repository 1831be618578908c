import { cluster } from '../__testUtils__/FakeHub';
import { clusterEntity } from './clusterEntity';

const entityOf = (overrides: Parameters<typeof cluster>[1] = {}) =>
  clusterEntity(cluster('prod', overrides), {
    defaultOwner: 'group:default/platform',
  });

describe('clusterEntity', () => {
  it.each([
    { owner: 'team-a', expected: 'team-a' },
    { owner: '', expected: 'group:default/platform' },
    { owner: 'a:b:c', expected: 'group:default/platform' },
    { owner: undefined, expected: 'group:default/platform' },
  ])('is owned by $expected with the label $owner', ({ owner, expected }) => {
    const labels: Record<string, string> = owner === undefined ? {} : { owner };
    expect(entityOf({ labels })?.spec.owner).toBe(expected);
  });

  it('takes over the labels that the catalog takes, in order', () => {
    const labels = {
      region: 'eu',
      env: 'prod',
      owner: 'team-a',
      'not a key': 'x',
      text: 'not a value!',
    };
    expect(entityOf({ labels })?.metadata.labels).toEqual({
      env: 'prod',
      region: 'eu',
    });
    expect(Object.keys(entityOf({ labels })!.metadata.labels!)).toEqual([
      'env',
      'region',
    ]);
  });

  it('keeps the name that the entity cannot have as its title', () => {
    const { metadata } = entityOf({
      name: 'Prod EU',
      entityRef: 'resource:default/prod-eu',
    })!;
    expect(metadata).toMatchObject({ name: 'prod-eu', title: 'Prod EU' });
    expect(entityOf()!.metadata).not.toHaveProperty('title');
  });

  it('is none for a cluster without one', () => {
    expect(entityOf({ entityRef: undefined })).toBeUndefined();
  });

  it('says nothing of how the cluster is', () => {
    const now = entityOf();
    const later = entityOf({
      applications: 99,
      kubernetesVersion: 'v1.99.0',
      paused: 'skip-reconcile',
      verdict: {
        reachability: 'unreachable',
        reason: 'timeout',
        since: '2026-02-02T00:00:00Z',
        evidence: [],
      },
    });
    expect(later).toEqual(now);
  });
});
