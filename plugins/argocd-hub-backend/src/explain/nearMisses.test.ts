import type { MissReason } from 'backstage-plugin-argocd-hub-common';
import { agentClaims, CONFIG, stored } from './__testUtils__/evidence';
import { nearMissesOf } from './nearMisses';

const KEY = CONFIG.applicationEntityRefKey;
const ID = 'backstage.io/kubernetes-id';

function missesOf(
  annotations: Record<string, string>,
  ...applications: ReturnType<typeof stored>[]
) {
  const claims = agentClaims(annotations);
  return nearMissesOf(applications, { claims, config: CONFIG });
}

describe('near misses', () => {
  it.each<
    [string, Record<string, string>, Parameters<typeof stored>[1], MissReason[]]
  >([
    [
      'another hub',
      { 'argocd/app-name': 'agent', 'argocd/instance-name': 'eu,us' },
      {},
      [{ code: 'other-hub', expected: ['eu', 'us'], actual: 'main' }],
    ],
    [
      'another namespace',
      { 'argocd/app-name': 'agent', 'argocd/app-namespace': 'apps' },
      {},
      [{ code: 'other-namespace', expected: 'apps', actual: 'argocd' }],
    ],
    [
      'another project',
      { 'argocd/app-name': 'agent', 'argocd/project-name': 'shop' },
      {},
      [{ code: 'other-project', expected: 'shop', actual: 'default' }],
    ],
    [
      'two of these',
      {
        'argocd/app-name': 'agent',
        'argocd/project-name': 'shop',
        'argocd/app-namespace': 'apps',
      },
      {},
      [
        { code: 'other-namespace', expected: 'apps', actual: 'argocd' },
        { code: 'other-project', expected: 'shop', actual: 'default' },
      ],
    ],
    [
      'the name of its ApplicationSet',
      { 'argocd/app-name': 'agents' },
      { applicationSet: 'agents' },
      [{ code: 'other-name', expected: 'agents', actual: 'agent' }],
    ],
    [
      'no ApplicationSet',
      { 'argocd-hub/applicationset': 'agent' },
      {},
      [{ code: 'other-application-set', expected: 'agent' }],
    ],
    [
      'another ApplicationSet',
      { 'argocd-hub/applicationset': 'agent' },
      { applicationSet: 'agents' },
      [
        {
          ...{ code: 'other-application-set', expected: 'agent' },
          actual: 'agents',
        },
      ],
    ],
    [
      'a term that another value fails',
      { 'argocd/app-selector': 'app=agent,tier in (1,2)' },
      { labels: { app: 'agent', tier: '3' } },
      [
        {
          ...{ code: 'label', key: 'tier', operator: 'in' },
          ...{ expected: ['1', '2'], actual: '3' },
        },
      ],
    ],
    [
      'a term that no value fails',
      { 'argocd/app-selector': 'app=agent,tier' },
      { labels: { app: 'agent' } },
      [{ code: 'label', key: 'tier', operator: 'exists', expected: [] }],
    ],
    [
      'an id that nothing tells',
      { [ID]: 'agent' },
      {},
      [{ code: 'other-value', key: ID, expected: 'agent' }],
    ],
    [
      'an id of another',
      { [ID]: 'agent' },
      { labels: { [ID]: 'secret-team' } },
      [{ code: 'names-another-entity', key: ID }],
    ],
    [
      'a ref of another, and a rule',
      { 'argocd/app-name': 'agents' },
      { annotations: { [KEY]: 'component:default/secret-team' } },
      [
        { code: 'other-name', expected: 'agents', actual: 'agent' },
        { code: 'names-another-entity', key: KEY },
      ],
    ],
    [
      'a ref without its kind',
      {},
      { annotations: { [KEY]: 'agent' } },
      [
        {
          ...{ code: 'misspelt-entity', key: KEY },
          ...{ expected: 'component:default/agent', actual: 'agent' },
        },
      ],
    ],
    [
      'two refs in one, of which it tells neither',
      {},
      {
        annotations: {
          [KEY]: 'component:default/agent, component:default/secret-team',
        },
      },
      [
        {
          ...{ code: 'misspelt-entity', key: KEY },
          expected: 'component:default/agent',
        },
      ],
    ],
    ...[KEY, ID].map((key): [string, any, any, MissReason[]] => [
      `a term about ${key}, of which it tells no value`,
      { 'argocd/app-selector': `app=agent,${key} in (agent)` },
      { labels: { app: 'agent', [key]: 'secret-team' } },
      [
        {
          ...{ code: 'label', key, operator: 'in' },
          expected: ['agent'],
        },
        ...(key === KEY
          ? ([{ code: 'names-another-entity', key }] as const)
          : []),
      ],
    ]),
    ['nothing that claims it', {}, {}, [{ code: 'not-claimed' }]],
  ])('by %s', (_, annotations, application, reasons) => {
    const [miss] = missesOf(annotations, stored('agent', application));
    expect(miss.reasons).toEqual(reasons);
    expect(JSON.stringify(miss)).not.toContain('secret-team');
  });

  it('tell no value of the key that is configured for refs of entities', () => {
    const key = 'acme.com/owner';
    const config = { ...CONFIG, applicationEntityRefKey: key };
    const selector = `app=agent,${key} notin (x)`;
    const claims = agentClaims({ 'argocd/app-selector': selector }, config);
    const labels = { app: 'agent', [key]: 'x' };
    const [miss] = nearMissesOf([stored('agent', { labels })], {
      claims,
      config,
    });
    const [reason] = miss.reasons;
    expect(reason).toEqual({
      ...{ code: 'label', key, operator: 'notin' },
      expected: ['x'],
    });
  });

  it('name the rule that is closest, and none that is far', () => {
    const both = {
      'argocd/app-name': 'other',
      'argocd/app-namespace': 'apps',
      'argocd/project-name': 'shop',
    };
    const [far] = missesOf(both, stored('agent'));
    expect(far).not.toHaveProperty('rule');
    expect(far.reasons).toEqual([{ code: 'not-claimed' }]);
    const [near] = missesOf(
      { 'argocd/app-name': 'other', 'argocd/app-selector': 'app=agent,x,y' },
      stored('agent', { labels: { app: 'agent' } }),
    );
    expect(near.rule?.key).toBe('argocd/app-name');
  });

  it('come closest first, and say where they go', () => {
    const misses = missesOf(
      { 'argocd/app-name': 'agent', 'argocd/app-namespace': 'apps' },
      stored('b', { namespace: 'apps' }),
      stored('agent', {
        hub: 'other',
        annotations: { [KEY]: 'component:default/another' },
      }),
      stored('agent', { cluster: { problem: 'no-such-cluster', given: '' } }),
    );
    expect(
      misses.map(({ hub, name, cluster, reasons }) => [
        hub,
        name,
        cluster,
        reasons.length,
      ]),
    ).toEqual([
      ['main', 'b', 'prod', 1],
      ['main', 'agent', undefined, 1],
      ['other', 'agent', 'prod', 2],
    ]);
  });
});
