import type { RuleRefusal } from 'backstage-plugin-argocd-hub-common';
import { agentClaims, CONFIG, explain, stored } from './__testUtils__/evidence';
import { followRules } from './following';

const KEY = CONFIG.applicationEntityRefKey;

describe('the rules of an entity', () => {
  it('are told once each, however they may be spelled', () => {
    const { rules } = explain({ 'argocd/app-name': 'agent' });
    expect(rules.map(({ key, outcome }) => [key, outcome])).toEqual([
      [KEY, 'followed'],
      ['argocd/app-name', 'followed'],
    ]);
  });

  it.each<[string, RuleRefusal]>([
    ['app', { code: 'too-wide' }],
    ['app!=agent', { code: 'too-wide' }],
    ['%%', { code: 'bad-selector', term: '%%' }],
    ['app=a,,', { code: 'bad-selector', term: '' }],
  ])('are refused with a reason: the selector %j', (selector, refusal) => {
    const { rules } = explain({ 'argocd/app-selector': selector });
    expect(rules[1]).toEqual({
      ...{ claimedBy: 'entity', key: 'argocd/app-selector', value: selector },
      outcome: 'refused',
      refusal,
      ...{ applications: 0, first: [] },
    });
  });

  it.each(['argocd/instance-name', 'argocd/app-namespace'])(
    'are refused where there is nothing to narrow by %s',
    key => {
      expect(explain({ [key]: 'main' }).rules[1]).toMatchObject({
        key,
        outcome: 'refused',
        refusal: { code: 'narrows-nothing' },
      });
      expect(
        explain({ [key]: 'main', 'argocd/app-name': 'agent' }).rules.map(
          rule => rule.outcome,
        ),
      ).toEqual(['followed', 'followed']);
    },
  );

  it('tell what they take, and the first of it', () => {
    const applications = ['a', 'b', 'c', 'd', 'e', 'f'].map(name =>
      stored(name, { labels: { app: 'agent' } }),
    );
    const named = stored('g', {
      annotations: { [KEY]: 'component:default/agent' },
    });
    const { rules } = explain(
      {
        'argocd/app-selector': 'app=agent',
        'argocd/instance-name': 'Main, other',
      },
      { applications: [...applications, named] },
    );
    expect(rules).toMatchObject([
      {
        claimedBy: 'application',
        applications: 1,
        first: [{ hub: 'main', namespace: 'argocd', name: 'g' }],
      },
      {
        claimedBy: 'entity',
        narrowedTo: { hubs: ['main', 'other'] },
        applications: 6,
        first: ['a', 'b', 'c', 'd', 'e'].map(name => ({ name })),
      },
    ]);
    expect(rules[0]).not.toHaveProperty('narrowedTo');
  });

  it('do not take what is closed to the owner', () => {
    const config = {
      ...CONFIG,
      projects: {
        'shop-*': ['group:default/guests'],
        '*': ['group:default/x'],
      },
    };
    const applications = [
      stored('agent', { project: 'shop-a' }),
      stored('agent', { project: 'pay', namespace: 'pay' }),
    ];
    const claims = agentClaims({ 'argocd/app-name': 'agent' }, config);
    const [, byName] = followRules(claims, applications, config);
    expect(byName.taken).toEqual([applications[0]]);
    expect(byName.withheld).toEqual([applications[1]]);
    const { rules, nearMisses } = explain(
      { 'argocd/app-name': 'agent' },
      { config, applications },
    );
    expect(rules[1]).toMatchObject({ applications: 1, withheld: 1 });
    expect(nearMisses).toMatchObject([
      {
        ...{ namespace: 'pay', project: 'pay' },
        reasons: [
          {
            ...{ code: 'project-not-open', project: 'pay' },
            owner: 'group:default/guests',
          },
        ],
      },
    ]);
  });
});
