import type { ClusterName } from '../store/ClusterStore';
import { applicationSetRecord, projectRecord } from '../testing/records';
import {
  agentClaims,
  AGENTS,
  cluster,
  codes,
  CONFIG,
  DR,
  explain,
  type Given,
  hub,
  NAMED,
  onProd,
  PROD,
  stored,
} from './__testUtils__/evidence';
import { explainEntity } from './explainEntity';
import { followRules } from './following';
import type { HubFacts } from './hubs';
import { VisibleClusters } from '../permissions/VisibleClusters';

/** Why there is nothing on dr. */
function onDr(given: Given, annotations: Record<string, string> = NAMED) {
  const { clusters } = explain(annotations, { clusters: [DR], ...given });
  return codes(clusters[0].reasons);
}

describe('clusters of an entity', () => {
  it('tell how many deployments are there, or why none', () => {
    const { clusters } = explain(NAMED, {
      applications: [onProd, stored('agent-2', { applicationSet: 'agents' })],
      clusters: [DR, PROD],
      sets: [applicationSetRecord('agents')],
      projects: [
        projectRecord('default', {
          destinations: [{ server: '*', namespace: '*' }],
        }),
      ],
    });
    expect(clusters).toEqual([
      {
        ...{ hub: 'main', name: 'dr', environment: 'dr', deployments: 0 },
        reasons: [{ code: 'not-generated', applicationSet: AGENTS }],
      },
      {
        ...{ hub: 'main', name: 'prod', environment: 'prod', deployments: 2 },
        reasons: [],
      },
    ]);
  });

  it('tell what keeps Argo CD from deploying what is there', () => {
    const { clusters } = explain(NAMED, {
      applications: [onProd],
      clusters: [PROD],
      projects: [projectRecord('default', { destinations: [{ name: 'dr' }] })],
    });
    expect(clusters[0]).toMatchObject({
      deployments: 1,
      reasons: [{ code: 'project-forbids', project: 'default' }],
    });
  });

  it.each<[string, string[], string[]]>([
    [
      'its hub was never read as a whole',
      onDr({ hubs: [hub({ complete: false })] }),
      ['hub-not-read', 'application-set-not-found'],
    ],
    [
      'what is known of its hub is old',
      onDr({ hubs: [hub({ freshness: 'stale' })] }),
      ['hub-stale', 'application-set-not-found'],
    ],
    [
      'its hub is down',
      onDr({ hubs: [hub({ freshness: 'down' })] }),
      ['hub-stale', 'application-set-not-found'],
    ],
    ['the entity asks for nothing', onDr({}, {}), ['nothing-claimed']],
    [
      'the set that it names is not there',
      onDr({ sets: [applicationSetRecord('other')] }),
      ['application-set-not-found'],
    ],
    [
      'the set that it names is in another namespace',
      onDr(
        { sets: [applicationSetRecord('agents')] },
        { ...NAMED, 'argocd/app-namespace': 'apps' },
      ),
      ['application-set-not-found'],
    ],
    [
      'sets may not be read',
      onDr({ hubs: [hub({}, { readableSets: 'none' })] }),
      ['application-sets-unreadable'],
    ],
    [
      'some sets may not be read',
      onDr({ hubs: [hub({}, { readableSets: 'some' })] }),
      ['application-sets-unreadable'],
    ],
    [
      'nobody has asked whether sets may be read',
      onDr({ hubs: [hub({}, {})] }),
      ['application-sets-unreadable'],
    ],
    ...['argocd/app-selector', 'argocd/app-name'].map(
      (key): [string, string[], string[]] => [
        `its ${key} takes nothing anywhere`,
        onDr(
          { sets: [applicationSetRecord('other')] },
          { [key]: key.endsWith('name') ? 'agent' : 'app=agent' },
        ),
        ['nothing-matched'],
      ],
    ),
    [
      'its rules take nothing, and sets may not be read',
      onDr(
        { hubs: [hub({}, { readableSets: 'none' })] },
        { 'backstage.io/kubernetes-id': 'agent' },
      ),
      ['nothing-matched', 'application-sets-unreadable'],
    ],
    [
      'one rule takes nothing, and the set that another names is not there',
      onDr({}, { ...NAMED, 'argocd/app-selector': 'app=agent' }),
      ['nothing-matched', 'application-set-not-found'],
    ],
    [
      'its applications are made one by one',
      onDr({ applications: [stored('agent')] }, { 'argocd/app-name': 'agent' }),
      ['no-application-set'],
    ],
    [
      'and their project forbids the cluster',
      onDr(
        {
          applications: [stored('agent')],
          projects: [
            projectRecord('default', { destinations: [{ name: 'prod' }] }),
          ],
        },
        { 'argocd/app-name': 'agent' },
      ),
      ['no-application-set', 'project-forbids'],
    ],
    [
      'the project of the set is closed to the owner',
      onDr({
        config: { ...CONFIG, projects: { default: ['group:default/x'] } },
        sets: [applicationSetRecord('agents')],
      }),
      ['claim-not-open', 'project-not-checked', 'not-generated'],
    ],
    [
      'an application there is not taken',
      onDr(
        {
          applications: [
            stored('agents', { cluster: { name: 'dr' } }),
            stored('agents', { cluster: { name: 'prod' }, namespace: 'x' }),
          ],
          sets: [
            applicationSetRecord('agents', {
              clusterSelectors: [{ matchLabels: { env: 'prod' } }],
            }),
          ],
        },
        NAMED,
      ),
      ['application-not-taken', 'not-selected'],
    ],
    [
      'what the set made there is not taken',
      onDr(
        {
          applications: [
            stored('agent', { applicationSet: 'agents' }),
            stored('agent-dr', {
              applicationSet: 'agents',
              cluster: { name: 'dr' },
            }),
          ],
          sets: [applicationSetRecord('agents')],
        },
        { 'argocd/app-name': 'agent' },
      ),
      ['application-not-taken'],
    ],
    [
      'another cluster has its name',
      onDr({
        clusters: [cluster('dr', { registeredName: 'twin' })],
        sets: [applicationSetRecord('agents', { otherGenerators: ['git'] })],
        projects: [projectRecord('default', { destinations: [{ name: '*' }] })],
      }),
      ['generators-not-judged', 'cluster-name-shared'],
    ],
  ])('say why: %s', (_, told, expected) => {
    expect(told).toEqual(expected);
  });

  it.each([
    [5, 5, undefined],
    [6, 5, true],
  ])(
    'tell five of what is not taken there, and whether there is more: of %i',
    (count, told, moreReasons) => {
      const applications = Array.from({ length: count }, (_, at) =>
        stored('agents', { namespace: `n${at}`, cluster: { name: 'dr' } }),
      );
      const { clusters } = explain(NAMED, { clusters: [DR], applications });
      expect(codes(clusters[0].reasons)).toEqual([
        ...Array(told).fill('application-not-taken'),
        'application-set-not-found',
      ]);
      expect(clusters[0].moreReasons).toBe(moreReasons);
    },
  );

  it('know the set of what the entity has, also at another hub', () => {
    const { clusters, applicationSets } = explain(
      { 'argocd/app-selector': 'app=agent' },
      {
        applications: [{ ...onProd, labels: { app: 'agent' } }],
        clusters: [DR, cluster('dr', { hub: 'other' })],
        hubs: [hub(), hub({ name: 'other' })],
        sets: ['main', 'other'].map(name =>
          applicationSetRecord('agents', {
            hub: name,
            clusterSelectors: [{ matchLabels: { env: name } }],
          }),
        ),
      },
    );
    expect(applicationSets.map(set => [set.hub, set.because])).toEqual([
      ['main', 'owns-applications'],
      ['other', 'owns-applications'],
    ]);
    expect(clusters.map(({ reasons }) => reasons)).toMatchObject([
      [{ generators: [{ labels: [{ expected: ['main'] }] }] }],
      [{ generators: [{ labels: [{ expected: ['other'] }] }] }],
    ]);
  });
});

describe('what could not be checked', () => {
  it.each<[string, HubFacts, string[]]>([
    ['nothing', hub(), []],
    [
      'much at a hub that was never read',
      { status: hub({ complete: false, freshness: 'down' }).status },
      ['applications', 'application-sets', 'projects', 'now'],
    ],
    [
      'applications that cannot be read',
      hub({ skipped: 1 }),
      ['skipped-applications'],
    ],
    [
      'projects',
      hub({}, { readableSets: 'all', readableProjects: 'none' }),
      ['projects'],
    ],
    [
      'some ApplicationSets',
      hub({}, { readableSets: 'some', readableProjects: 'all' }),
      ['application-sets'],
    ],
  ])('is told of each hub: %s', (_, one, unchecked) => {
    expect(explain({}, { hubs: [one] }).hubs[0].unchecked).toEqual(unchecked);
  });
});

describe('pages', () => {
  const claims = agentClaims(NAMED);
  const read = (names: string[], limit: number) => {
    const clusters = names.map(name => cluster(name));
    const seen: string[] = [];
    let after: ClusterName | undefined;
    for (let i = 0; i < names.length; i += 1) {
      const { explanation, last } = explainEntity(
        {
          ...{ claims, config: CONFIG, environmentLabel: 'env', clusters },
          followed: followRules(claims, [], CONFIG),
          ...{ candidates: [], sets: [], projects: [], unknownHubs: [] },
          moreSets: false,
          shownLabels: new Set<string>(),
          hubs: [hub()],
          visible: VisibleClusters.all,
        },
        { isWanted: () => true, after, limit },
      );
      seen.push(...explanation.clusters.map(({ name }) => name));
      if (!last) break;
      after = last;
    }
    return seen;
  };

  it('end with the last cluster that they told, until all are told', () => {
    const names = Array.from({ length: 7 }, (_, i) => `c${i}`);
    expect(read(names, 3)).toEqual(names);
  });

  it('tell each cluster once in whatever order a database sorts', () => {
    const names = ['eu-west', 'EU-east', 'eu1', 'eu-1', 'Eu2', 'euwest', 'a.b'];
    const foreign = [...names].sort((a, b) => a.localeCompare(b, 'en-US'));
    const inOrder = [...names].sort();
    expect(foreign).not.toEqual(inOrder);
    expect(read(foreign, 2)).toEqual(inOrder);
  });
});
