import type { Entity } from '@backstage/catalog-model';
import { answer, deployment, hub } from '../../dev/fixtures/build';
import { onboardingQuery, optInLabels } from './optIn';

function entity(name: string, annotation?: string): Entity {
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
  const form = (component: Entity, data: Parameters<typeof answer>[0]) => {
    const query = new URLSearchParams(onboardingQuery(component, answer(data)));
    expect([...query.keys()]).toEqual(['formData']);
    return JSON.parse(query.get('formData')!);
  };
  const suggestion = (deployments: ReturnType<typeof deployment>[]) => {
    const query = onboardingQuery(entity('agent'), answer({ deployments }), {
      order: ['staging', 'prod', 'perf'],
      label: 'stage',
    });
    const { name, labels } = JSON.parse(
      new URLSearchParams(query).get('formData')!,
    );
    return [labels.stage, name];
  };
  const both = [hub(), hub({ name: 'eu' })];
  const ofOneHub = entity('agent');
  ofOneHub.metadata.annotations = { 'argocd/instance-name': 'eu' };

  it('fills in the labels, the namespaces of the rows and the entity', () => {
    const to = (namespace: string) =>
      deployment('prod', { destination: { namespace, cluster: 'prod' } });
    const deployments = [to('web'), to('agent'), to('web'), to('')];
    expect(form(entity('agent'), { deployments })).toEqual({
      labels: { 'deploy.agent': 'true' },
      destinationNamespaces: ['agent', 'web'],
      entityRef: 'component:default/agent',
    });
  });

  it('leaves open what no row tells', () => {
    expect(form(entity('agent'), {})).toEqual({
      labels: { 'deploy.agent': 'true' },
      entityRef: 'component:default/agent',
    });
  });

  it.each([
    ['the next environment', ['staging', 'prod'], 'perf', 'perf'],
    [
      'none once every environment is taken',
      ['staging', 'prod', 'perf'],
      undefined,
      undefined,
    ],
    ['none before anything runs', [], undefined, undefined],
  ])('suggests %s', (_what, taken, environment, name) => {
    const deployments = taken.map(env =>
      deployment(env, {
        environment: env,
        destination: { namespace: 'agent', cluster: env },
      }),
    );
    expect(suggestion(deployments)).toEqual([environment, name]);
  });

  it('suggests no name where clusters have names of their own', () => {
    const deployments = [
      deployment('prod', {
        environment: 'prod',
        destination: { namespace: 'agent', cluster: 'eu-1' },
      }),
    ];
    expect(suggestion(deployments)).toEqual(['staging', undefined]);
  });

  it.each([
    ['the only hub', entity('agent'), ['main'], [hub()], undefined],
    ['the hub of all rows', entity('agent'), ['eu', 'eu'], both, 'eu'],
    ['none of several', entity('agent'), ['main', 'eu'], both, undefined],
    ['none without rows', entity('agent'), [], both, undefined],
    ['the hub it names', ofOneHub, [], [hub({ name: 'eu' })], 'eu'],
  ])('fills in %s', (_what, component, rows, hubs, expected) => {
    const deployments = rows.map(name => deployment('prod', { hub: name }));
    expect(form(component, { deployments, hubs }).hub).toBe(expected);
  });
});
