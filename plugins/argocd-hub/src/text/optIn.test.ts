import { onboardingQuery, optInLabels } from './optIn';

function entity(name: string, annotation?: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      annotations: annotation
        ? { 'argocd-hub/opt-in-label': annotation }
        : undefined,
    },
  };
}

describe('optInLabels', () => {
  it.each([
    ['agent', undefined, { 'deploy.agent': 'true' }],
    ['agent', 'team.example.com/agent=on', { 'team.example.com/agent': 'on' }],
    ['agent', ' tier = ', {}],
    ['agent', 'gpu=', { gpu: '' }],
    ['agent', 'gpu', { gpu: '' }],
    ['agent', 'not a label=true', {}],
    ['agent', 'a=b=c', {}],
    ['n'.repeat(63), undefined, {}],
  ])('of %s with annotation %p are %p', (name, annotation, labels) => {
    expect(optInLabels(entity(name, annotation))).toEqual(labels);
  });
});

describe('onboardingQuery', () => {
  it('fills in the labels and the entity', () => {
    const query = new URLSearchParams(onboardingQuery(entity('agent')));
    expect([...query.keys()]).toEqual(['formData']);
    expect(JSON.parse(query.get('formData')!)).toEqual({
      labels: { 'deploy.agent': 'true' },
      entityRef: 'component:default/agent',
    });
  });
});
