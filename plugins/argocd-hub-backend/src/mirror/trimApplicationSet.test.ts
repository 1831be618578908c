import type { ArgoApplicationSet } from '../hub/types';
import { trimApplicationSet } from './trimApplicationSet';

const options = { hub: 'main' };

const set = (overrides: {
  metadata?: object;
  spec?: object;
  status?: object;
}): ArgoApplicationSet => ({
  metadata: { name: 'agents', namespace: 'argocd', ...overrides.metadata },
  spec: { generators: [], ...overrides.spec },
  status: overrides.status as ArgoApplicationSet['status'],
});

const selectors = (generators: unknown) =>
  trimApplicationSet(set({ spec: { generators } }), options).clusterSelectors;

const env = (value: string) => ({ matchLabels: { env: value } });

function nestedTo(depth: number): object[] {
  let deep: object = { clusters: { selector: env('deep') } };
  for (let level = 0; level < depth; level++) {
    deep = { matrix: { generators: [deep] } };
  }
  return [deep];
}

describe('trimApplicationSet', () => {
  it('keeps what tells people how it fares', () => {
    expect(
      trimApplicationSet(
        set({
          metadata: { labels: { team: 'a' } },
          spec: {
            template: { spec: { project: '{{.metadata.labels.team}}' } },
            syncPolicy: {
              applicationsSync: 'create-update',
              preserveResourcesOnDeletion: true,
            },
            strategy: { type: 'RollingSync', rollingSync: {} },
          },
          status: {
            conditions: [
              {
                type: 'ParametersGenerated',
                status: 'False',
                reason: 'ErrorOccurred',
                message: 'no cluster',
                lastTransitionTime: '2026-01-01T00:00:00Z',
              },
              { type: 'ErrorOccurred', status: 'True', message: 'no cluster' },
            ],
            health: { status: 'Degraded' },
            resourcesCount: 7_000,
            resources: [{}],
          },
        }),
        options,
      ),
    ).toEqual({
      hub: 'main',
      namespace: 'argocd',
      name: 'agents',
      project: '{{.metadata.labels.team}}',
      labels: { team: 'a' },
      conditions: [
        { type: 'ErrorOccurred', status: 'True', message: 'no cluster' },
        {
          type: 'ParametersGenerated',
          status: 'False',
          reason: 'ErrorOccurred',
          message: 'no cluster',
          since: '2026-01-01T00:00:00Z',
        },
      ],
      health: 'Degraded',
      resources: 7_000,
      applicationsSync: 'create-update',
      preserveResourcesOnDeletion: true,
      strategy: 'RollingSync',
      clusterSelectors: [],
      otherGenerators: [],
    });
  });

  it('says what holds where the set does not', () => {
    expect(trimApplicationSet(set({}), options)).toMatchObject({
      applicationsSync: 'sync',
      preserveResourcesOnDeletion: false,
      strategy: 'AllAtOnce',
      resources: undefined,
    });
  });

  it.each([
    ['counts the list of an older hub', { resources: [{}, {}] }, 2],
    ['does not guess', {}, undefined],
  ])('%s', (_, status, resources) => {
    expect(trimApplicationSet(set({ status }), options).resources).toBe(
      resources,
    );
  });

  const expression = { key: 'env', operator: 'In', values: ['a', 'b'] };

  it.each<[string, unknown, unknown]>([
    ['of labels', [{ clusters: { selector: env('a') } }], [env('a')]],
    [
      'of expressions',
      [{ clusters: { selector: { matchExpressions: [expression] } } }],
      [{ matchExpressions: [expression] }],
    ],
    [
      'without values',
      [
        {
          clusters: {
            selector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] },
          },
        },
      ],
      [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
    ],
    ['that takes every cluster', [{ clusters: {} }], [{}]],
    [
      'inside a matrix and a merge',
      [
        {
          matrix: {
            generators: [
              { git: {} },
              {
                merge: {
                  generators: [
                    { clusters: { selector: env('a') } },
                    { clusters: { selector: env('b') } },
                  ],
                },
              },
            ],
          },
        },
        { clusters: { selector: env('c') } },
      ],
      [env('a'), env('b'), env('c')],
    ],
    ['of no cluster generator', [{ list: { elements: [] } }], []],
    [
      'of what makes no sense',
      [null, 7, { clusters: null }, { matrix: 1 }],
      [],
    ],
    ['of no generators', 'nonsense', []],
  ])('keeps the selector %s', (_, generators, kept) => {
    expect(selectors(generators)).toEqual(kept);
  });

  it.each<[string, unknown, string[]]>([
    ['nothing of clusters alone', [{ clusters: {} }], []],
    [
      'each kind once',
      [{ list: {} }, { git: {} }, { list: {} }],
      ['git', 'list'],
    ],
    [
      'those inside a matrix',
      [{ matrix: { generators: [{ clusters: {} }, { scmProvider: {} }] } }],
      ['scmProvider'],
    ],
    [
      'a merge and what is in it',
      [{ merge: { generators: [{ clusters: {} }, { plugin: {} }] } }],
      ['merge', 'plugin'],
    ],
    [
      'a selector beside a generator',
      [{ clusters: {}, selector: { matchLabels: { a: 'b' } } }],
      ['selector'],
    ],
    ['no nonsense', [null, 7, { 'a b': {}, git: null }], []],
    ['no end of nesting', nestedTo(50), ['matrix']],
  ])('tells of other generators %s', (_, generators, kinds) => {
    const { otherGenerators } = trimApplicationSet(
      set({ spec: { generators } }),
      options,
    );
    expect(otherGenerators).toEqual(kinds);
  });

  it('is not taken in by size or depth', () => {
    expect(selectors(nestedTo(50))).toEqual([]);
    const many = Array.from({ length: 1_000 }, () => ({ clusters: {} }));
    expect(selectors(many)).toHaveLength(50);
    const { conditions } = trimApplicationSet(
      set({
        status: {
          conditions: Array.from({ length: 100 }, () => ({
            message: 'x'.repeat(9_000),
          })),
        },
      }),
      options,
    );
    expect(conditions).toHaveLength(10);
    expect(conditions[0].message).toHaveLength(1_000);
  });

  it('keeps no secret', () => {
    const CANARY = 'c4n4ry';
    const kept = trimApplicationSet(
      set({
        metadata: { annotations: { token: CANARY }, managedFields: [CANARY] },
        spec: {
          generators: [
            { list: { elements: [{ password: CANARY }] } },
            { clusters: { selector: env('a'), values: { token: CANARY } } },
            {
              matrix: {
                generators: [
                  { git: { files: [{ path: CANARY }], repoURL: CANARY } },
                  {
                    clusters: {
                      values: { token: CANARY },
                      template: { metadata: { name: CANARY } },
                    },
                  },
                ],
              },
            },
            {
              plugin: {
                configMapRef: { name: CANARY },
                input: { parameters: { token: CANARY } },
                values: { token: CANARY },
              },
            },
            { scmProvider: { github: { tokenRef: { key: CANARY } } } },
            { pullRequest: { gitlab: { api: CANARY } }, values: CANARY },
          ],
          template: {
            metadata: { annotations: { token: CANARY } },
            spec: {
              project: 'default',
              source: { helm: { values: CANARY }, repoURL: CANARY },
            },
          },
          templatePatch: CANARY,
        },
        status: {
          conditions: [
            {
              type: 'ErrorOccurred',
              status: 'True',
              message: `cannot clone https://bot:${CANARY}@git.example.com/x`,
            },
          ],
          resources: [{ name: CANARY }],
          applicationStatus: [{ message: CANARY }],
        },
      }),
      options,
    );
    expect(kept.clusterSelectors).toEqual([env('a'), {}]);
    expect(JSON.stringify(kept)).not.toContain(CANARY);
  });

  it.each([{}, { metadata: { name: 'a' } }, { metadata: { namespace: 'a' } }])(
    'refuses what is no ApplicationSet: %j',
    given => {
      expect(() => trimApplicationSet(given as any, options)).toThrow(
        /no name/,
      );
    },
  );
});
