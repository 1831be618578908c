import type { ClusterReason } from 'backstage-plugin-argocd-hub-common';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import type { ProjectRecord } from '../store/ProjectStore';
import { applicationSetRecord, projectRecord } from '../testing/records';
import { cluster } from './__testUtils__/evidence';
import { type KnownProjects, setReasons } from './setReasons';

const CLUSTER = cluster('prod', { labels: { env: 'prod', team: 'secret' } });

const SET = { namespace: 'argocd', name: 'agents' };
const ANY = [{ server: '*', namespace: '*' }];
const ERROR = {
  ...{ type: 'ErrorOccurred', status: 'True', reason: 'Bad' },
  message: 'no project',
};

function reasons(
  set: Partial<ApplicationSetRecord>,
  options: {
    project?: Partial<ProjectRecord> | 'none';
    readable?: KnownProjects['readable'];
    namespaces?: string[];
    tellsExpected?: boolean;
  } = {},
): ClusterReason[] {
  const { project = {}, namespaces = [], tellsExpected = true } = options;
  const known =
    project === 'none'
      ? undefined
      : projectRecord('default', { destinations: ANY, ...project });
  return setReasons(
    {
      record: applicationSetRecord('agents', set),
      namespaces: new Set(namespaces),
    },
    CLUSTER,
    {
      projects: {
        get: name => (name === known?.name ? known : undefined),
        readable: options.readable ?? 'all',
        tellsExpected,
      },
      shownLabels: new Set(['env']),
    },
  );
}

const notGenerated = { code: 'not-generated', applicationSet: SET };

describe('why a set has nothing on a cluster', () => {
  it.each<[string, ClusterReason[], unknown[]]>([
    [
      'no generator selects it',
      reasons({ clusterSelectors: [{ matchLabels: { env: 'dr' } }] }),
      [
        {
          ...{ code: 'not-selected', applicationSet: SET },
          generators: [
            {
              labels: [
                {
                  ...{ key: 'env', operator: 'In' },
                  ...{ expected: ['dr'], actual: 'prod' },
                },
              ],
            },
          ],
        },
      ],
    ],
    [
      'none does, for a label that is told of no cluster',
      reasons({
        clusterSelectors: [
          {
            matchLabels: { team: 'a', tier: 'b' },
            matchExpressions: [
              { key: 'team', operator: 'DoesNotExist' },
              { key: 'team', operator: 'Near', values: ['c'] },
            ],
          },
        ],
      }),
      [
        {
          ...{ code: 'not-selected', applicationSet: SET },
          generators: [
            {
              labels: [
                { key: 'team', operator: 'In', expected: ['a'] },
                { key: 'tier', operator: 'In', expected: ['b'] },
                { key: 'team', operator: 'DoesNotExist', expected: [] },
                { key: 'team', operator: 'Near', expected: ['c'] },
              ],
            },
          ],
        },
      ],
    ],
    [
      'none does, and others may',
      reasons({
        clusterSelectors: [{ matchLabels: { env: 'dr' } }],
        otherGenerators: ['list', 'merge'],
      }),
      [
        { code: 'not-selected' },
        {
          ...{ code: 'generators-not-judged', applicationSet: SET },
          generators: ['list', 'merge'],
        },
      ],
    ],
    [
      'none does, and what else there is only chooses',
      reasons({
        clusterSelectors: [{ matchLabels: { env: 'dr' } }],
        otherGenerators: ['merge', 'selector'],
      }),
      [{ code: 'not-selected' }],
    ],
    [
      'it has no cluster generator',
      reasons({ clusterSelectors: [], otherGenerators: ['git'] }),
      [{ code: 'generators-not-judged', generators: ['git'] }],
    ],
    ['it is selected', reasons({}), [notGenerated]],
    [
      'it is selected together with others',
      reasons({ otherGenerators: ['git'] }),
      [{ code: 'generators-not-judged', generators: ['git'] }],
    ],
    [
      'Argo CD has an error',
      reasons({ conditions: [ERROR] }),
      [{ code: 'application-set-error', applicationSet: SET }, notGenerated],
    ],
    [
      'Argo CD had one',
      reasons({ conditions: [{ ...ERROR, status: 'False' }] }),
      [notGenerated],
    ],
    [
      'an error elsewhere does not matter',
      reasons({
        conditions: [ERROR],
        clusterSelectors: [{ matchLabels: { env: 'dr' } }],
      }),
      [{ code: 'not-selected' }],
    ],
    [
      'its project forbids it',
      reasons({}, { project: { destinations: [{ name: 'dr' }] } }),
      [
        {
          ...{ code: 'project-forbids', project: 'default' },
          ...{ applicationSet: SET, refusal: 'no-destination' },
          expected: [{ name: 'dr' }],
          actual: { server: 'https://prod.example.com', name: 'prod' },
        },
        notGenerated,
      ],
    ],
    [
      'its project forbids the namespace that is in use',
      reasons(
        {},
        {
          project: { destinations: [{ server: '*', namespace: 'shop' }] },
          namespaces: ['agent'],
        },
      ),
      [
        { code: 'project-forbids', actual: { namespace: 'agent' } },
        notGenerated,
      ],
    ],
    [
      'its project permits one of the namespaces',
      reasons(
        {},
        {
          project: { destinations: [{ server: '*', namespace: 'shop' }] },
          namespaces: ['agent', 'shop'],
        },
      ),
      [notGenerated],
    ],
    [
      'its project takes only clusters of its own',
      reasons({}, { project: { permitOnlyProjectScopedClusters: true } }),
      [{ code: 'project-forbids', refusal: 'not-its-cluster' }, notGenerated],
    ],
    [
      'a project is not named',
      reasons({ project: '' }, { project: { destinations: [{ name: 'dr' }] } }),
      [{ code: 'project-forbids', project: 'default' }, notGenerated],
    ],
    [
      'its project may not be read',
      reasons({}, { project: 'none', readable: 'some' }),
      [
        {
          ...{ code: 'project-not-checked', project: 'default' },
          why: 'unreadable',
        },
        notGenerated,
      ],
    ],
    [
      'its project is gone',
      reasons({}, { project: 'none' }),
      [{ code: 'project-not-checked', why: 'not-found' }, notGenerated],
    ],
    [
      'its project is known only to Argo CD',
      reasons({ project: '{{.metadata.labels.team}}' }),
      [{ code: 'project-not-checked', why: 'templated' }, notGenerated],
    ],
  ])('%s', (_, told, expected) => {
    expect(told).toMatchObject(expected);
    expect(JSON.stringify(told)).not.toContain('secret');
    expect(told).toHaveLength(expected.length);
  });

  it('tells nobody of other clusters who may not see them', () => {
    const [forbids] = reasons(
      {},
      {
        project: { destinations: [{ name: 'secret' }] },
        tellsExpected: false,
      },
    );
    expect(forbids).toMatchObject({ code: 'project-forbids', expected: [] });
  });
});
