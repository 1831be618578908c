import { HubError } from '../../hub/HubError';
import type { ArgoApplicationSet } from '../../hub/types';
import { narrowToCluster, takesCluster } from './generators';
import { newlyTaken, previewSets } from './preview';

const perf = {
  name: 'Perf_1',
  server: 'https://perf.example.com',
  labels: { env: 'perf' },
};

function set(
  name: string,
  generators: object[],
  spec: object = {},
): ArgoApplicationSet {
  return {
    metadata: { name, namespace: 'argocd' },
    spec: { generators, ...spec },
  };
}

const clusters = (selector?: object, rest: object = {}) => ({
  clusters: { ...(selector && { selector }), ...rest },
});
const labelled = (labels: object) => ({ matchLabels: labels });

describe('takesCluster', () => {
  it.each([
    ['an empty selector', [clusters()]],
    ['a label', [clusters(labelled({ env: 'perf' }))]],
    [
      'the label of every cluster Secret',
      [clusters(labelled({ 'argocd.argoproj.io/secret-type': 'cluster' }))],
    ],
    [
      'an expression',
      [
        clusters({
          matchExpressions: [
            { key: 'env', operator: 'In', values: ['perf', 'dev'] },
            { key: 'x', operator: 'DoesNotExist' },
            { key: 'env', operator: 'NotIn', values: ['prod'] },
            { key: 'env', operator: 'Exists' },
          ],
        }),
      ],
    ],
    [
      'a nested generator',
      [{ matrix: { generators: [{ git: {} }, clusters()] } }],
    ],
    ['one of two', [clusters(labelled({ env: 'x' })), clusters()]],
  ])('is true for %s', (_what, generators) => {
    expect(takesCluster(set('a', generators), perf)).toBe(true);
  });

  it.each([
    ['another label', [clusters(labelled({ env: 'prod' }))]],
    ['a missing label', [clusters(labelled({ toString: 'x' }))]],
    ['no cluster generator', [{ list: { elements: [{}] } }]],
    [
      'an unknown operator',
      [clusters({ matchExpressions: [{ key: 'env', operator: 'Like' }] })],
    ],
  ])('is false for %s', (_what, generators) => {
    expect(takesCluster(set('a', generators), perf)).toBe(false);
  });
});

it('finds what one set of labels sets off and another did not', () => {
  const sets = [
    set('always', [clusters()]),
    set('perf', [clusters(labelled({ env: 'perf' }))]),
    set('prod', [clusters(labelled({ env: 'prod' }))]),
  ];
  const before = { ...perf, labels: {} };
  const names = newlyTaken(sets, { by: perf, notBy: before }).map(
    ({ metadata }) => metadata.name,
  );
  expect(names).toEqual(['perf']);
});

describe('narrowToCluster', () => {
  const metadataLabels = {
    env: 'perf',
    'argocd.argoproj.io/secret-type': 'cluster',
  };

  it('replaces cluster generators by what they would give, in Go templates', () => {
    const narrowed = narrowToCluster(
      set(
        'a',
        [
          { ...clusters(undefined, { values: { size: 's' } }), selector: {} },
          clusters(labelled({ env: 'prod' })),
          { list: { elements: [{ name: 'other' }] } },
        ],
        { goTemplate: true, template: { metadata: {} } },
      ),
      perf,
    );
    expect(narrowed.spec).toEqual({
      goTemplate: true,
      template: { metadata: {} },
      generators: [
        {
          selector: {},
          list: {
            elements: [
              {
                name: 'Perf_1',
                nameNormalized: 'perf-1',
                server: perf.server,
                project: '',
                metadata: { labels: metadataLabels, annotations: {} },
                values: { size: 's' },
              },
            ],
          },
        },
      ],
    });
  });

  it('gives flat strings to other templates, and keeps nesting', () => {
    const narrowed = narrowToCluster(
      set('a', [
        {
          matrix: {
            generators: [
              { git: { repoURL: 'x' } },
              clusters(undefined, { values: { size: 's' } }),
            ],
          },
        },
      ]),
      perf,
    );
    expect(narrowed.spec.generators).toEqual([
      {
        matrix: {
          generators: [
            { git: { repoURL: 'x' } },
            {
              list: {
                elements: [
                  {
                    name: 'Perf_1',
                    nameNormalized: 'perf-1',
                    server: perf.server,
                    project: '',
                    'metadata.labels.env': 'perf',
                    'metadata.labels.argocd.argoproj.io/secret-type': 'cluster',
                    'values.size': 's',
                  },
                ],
              },
            },
          ],
        },
      },
    ]);
  });
});

describe('previewSets', () => {
  const failing = (status: number, message: string) => ({
    generateApplicationSet: async () => {
      const grpcCode = status === 403 ? 7 : 2;
      throw new HubError({ class: 'http', status, grpcCode, message });
    },
  });
  const sets = [set('agent', [clusters()])];

  it('says so when the account may not preview', async () => {
    const client = failing(403, 'permission denied');
    const [preview] = await previewSets(client, sets, perf);
    expect(preview).toEqual({
      applicationSet: 'agent',
      note: expect.stringContaining('applicationsets, create'),
    });
  });

  it('passes on why a template fails', async () => {
    const client = failing(500, 'map has no entry for key "region"');
    const [preview] = await previewSets(client, sets, perf);
    expect(preview.note).toContain('map has no entry for key "region"');
  });

  it('does not ask for names that depend on rendered values', async () => {
    const client = failing(500, 'must not be called');
    const values = { replicas: '{{.metadata.labels.size}}' };
    const [preview] = await previewSets(
      client,
      [set('agent', [clusters(undefined, { values })])],
      perf,
    );
    expect(preview.note).toContain('known only afterwards');
  });
});
