import type { ArgoApplication } from '../hub/types';
import { digestOfListed, digestOfRecord } from './digest';
import { trim } from './trim';

const options = { hub: 'main', annotations: ['backstage.io/entity-ref'] };

const application = (overrides: any = {}): ArgoApplication => ({
  metadata: {
    name: 'agent-prod',
    namespace: 'argocd',
    uid: 'uid-1',
    labels: { team: 'a' },
    ownerReferences: [{ kind: 'ApplicationSet', name: 'agents' }],
    ...overrides.metadata,
  },
  spec: {
    project: 'default',
    destination: { server: 'https://prod', namespace: 'agent' },
    source: {
      repoURL: 'https://github.com/example/agent',
      path: 'chart',
      targetRevision: 'main',
    },
    syncPolicy: { automated: {} },
    ...overrides.spec,
  },
  status: {
    sync: { status: 'Synced', revision: 'abc' },
    health: {
      status: 'Healthy',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
    summary: { images: ['b:1', 'a:1'], externalURLs: ['https://agent'] },
    resources: [{ kind: 'Service' }, { kind: 'Deployment' }],
    ...overrides.status,
  },
});

describe('trim', () => {
  it('keeps what is shown', () => {
    expect(trim(application(), options)).toEqual({
      hub: 'main',
      namespace: 'argocd',
      name: 'agent-prod',
      uid: 'uid-1',
      project: 'default',
      labels: { team: 'a' },
      annotations: {},
      applicationSet: 'agents',
      destination: { namespace: 'agent', server: 'https://prod' },
      sources: [
        {
          repoUrl: 'https://github.com/example/agent',
          path: 'chart',
          targetRevision: 'main',
          revision: 'abc',
        },
      ],
      sync: 'Synced',
      health: 'Healthy',
      healthSince: '2026-01-01T00:00:00Z',
      conditions: [],
      images: ['a:1', 'b:1'],
      externalUrls: ['https://agent/'],
      resources: 2,
      history: [],
      autoSync: true,
      skipReconcile: false,
    });
  });

  it('keeps wanted annotations only, and reads the mark of a frozen one', () => {
    const record = trim(
      application({
        metadata: {
          annotations: {
            'backstage.io/entity-ref': 'component:default/agent',
            'argocd.argoproj.io/skip-reconcile': 'true',
            'kubectl.kubernetes.io/last-applied-configuration': 'secret',
          },
        },
      }),
      {
        hub: 'main',
        annotations: [
          ...options.annotations,
          'argocd.argoproj.io/skip-reconcile',
        ],
      },
    );
    expect(record.skipReconcile).toBe(true);
    expect(Object.keys(record.annotations)).toEqual([
      'backstage.io/entity-ref',
      'argocd.argoproj.io/skip-reconcile',
    ]);
  });

  it('pairs several sources with their revisions', () => {
    const record = trim(
      application({
        spec: {
          sources: [
            { repoURL: 'https://git/a', path: 'x' },
            { repoURL: 'https://charts', chart: 'agent' },
          ],
        },
        status: { sync: { status: 'Synced', revisions: ['abc', '1.2.3'] } },
      }),
      options,
    );
    expect(record.sources.map(({ revision }) => revision)).toEqual([
      'abc',
      '1.2.3',
    ]);
  });

  it('knows nothing before the first comparison, and none from nothing', () => {
    const fresh = trim(
      application({ status: { sync: {}, health: {}, resources: undefined } }),
      options,
    );
    expect(fresh.sync).toBeUndefined();
    expect(fresh.health).toBeUndefined();
    expect(fresh.resources).toBeUndefined();
    const empty = trim(
      application({ status: { resources: undefined } }),
      options,
    );
    expect(empty.resources).toBe(0);
  });

  it('lets only web addresses through, without logins', () => {
    const record = trim(
      application({
        spec: { source: { repoURL: 'https://user:pw@git/a' } },
        status: {
          summary: {
            externalURLs: [
              // eslint-disable-next-line no-script-url
              'javascript:alert(1)',
              'https://u:p@agent.example.com/',
              'ftp://x',
              7,
            ],
          },
        },
      }),
      options,
    );
    expect(record.sources[0].repoUrl).toBe('https://git/a');
    expect(record.externalUrls).toEqual(['https://agent.example.com/']);
  });

  it('keeps addresses of repositories that are no URL', () => {
    const repoURL = 'git@github.com:example/agent.git';
    const record = trim(
      application({ spec: { source: { repoURL } } }),
      options,
    );
    expect(record.sources[0].repoUrl).toBe(repoURL);
  });

  it('tells who began an operation', () => {
    const operationState = {
      phase: 'Failed',
      startedAt: '2026-01-01T00:00:00Z',
      message: 'x'.repeat(10_000),
      operation: { initiatedBy: { automated: true } },
    };
    const { operation } = trim(
      application({ status: { operationState } }),
      options,
    );
    expect(operation).toMatchObject({ phase: 'Failed', by: 'auto-sync' });
    expect(operation!.message).toHaveLength(2_000);
  });

  it.each([
    ['no name', { metadata: { name: undefined } }],
    ['a name that is none', { metadata: { name: 7 } }],
    ['no namespace', { metadata: { namespace: '' } }],
  ])('refuses what has %s', (_what, overrides) => {
    expect(() => trim(application(overrides), options)).toThrow(/no name/);
  });

  it('survives whatever a field holds', () => {
    const odd = [null, 7, 'text', [], [null], {}, { a: { b: 1 } }, true];
    const paths = [
      ['metadata', 'labels'],
      ['metadata', 'annotations'],
      ['metadata', 'ownerReferences'],
      ['spec', 'destination'],
      ['spec', 'source'],
      ['spec', 'sources'],
      ['spec', 'syncPolicy'],
      ['status', 'sync'],
      ['status', 'health'],
      ['status', 'conditions'],
      ['status', 'history'],
      ['status', 'operationState'],
      ['status', 'summary'],
      ['status', 'resources'],
    ];
    for (const [part, field] of paths) {
      for (const value of odd) {
        const record = trim(
          application({ [part]: { [field]: value } }),
          options,
        );
        expect(record.name).toBe('agent-prod');
        expect(() => JSON.stringify(record)).not.toThrow();
      }
    }
  });

  it('drops the one character that a database refuses', () => {
    const record = trim(
      application({
        metadata: { labels: { team: 'a\0b' } },
        status: {
          conditions: [{ type: 'SyncError', message: 'bad \0 text' }],
        },
      }),
      options,
    );
    expect(JSON.stringify(record)).not.toContain('\\u0000');
  });
});

describe('what names an entity', () => {
  const key = 'backstage.io/entity-ref';
  const kept = (annotations: Record<string, string>) =>
    trim(application({ metadata: { annotations } }), {
      ...options,
      annotations: [key, 'backstage.io/kubernetes-id'],
    }).annotations;

  it.each([
    ['component:default/payments', 'component:default/payments'],
    ['Component:default/Payments', 'component:default/payments'],
    ['component:payments', 'component:default/payments'],
    [' COMPONENT:Shop/payments ', 'component:shop/payments'],
    ['payments', 'payments'],
    ['default/payments', 'default/payments'],
    ['a:b:c/d/e', 'a:b:c/d/e'],
    [`Component:${'x'.repeat(300)}`, `Component:${'x'.repeat(300)}`],
  ])('is spelled as in the catalog: %s', (told, expected) => {
    expect(kept({ [key]: told })).toEqual({ [key]: expected });
  });

  it('is told from what only looks like it', () => {
    const annotations = { 'backstage.io/kubernetes-id': 'Component:Payments' };
    expect(kept(annotations)).toEqual(annotations);
  });
});

describe('digests', () => {
  it('agree between a stored record and the list of the same application', () => {
    const full = application();
    const { sync, health, summary } = full.status!;
    const listed: ArgoApplication = {
      metadata: {
        name: 'agent-prod',
        namespace: 'argocd',
        labels: { team: 'a' },
      },
      spec: {
        project: 'default',
        destination: full.spec!.destination,
        syncPolicy: full.spec!.syncPolicy,
      },
      status: { sync, health, summary },
    };
    for (const revision of [true, false]) {
      expect(digestOfListed(listed, trim(listed, options), { revision })).toBe(
        digestOfRecord(trim(full, options), { revision }),
      );
    }
  });

  it('differ when anything does that both carry', () => {
    const digest = (overrides: object) =>
      digestOfRecord(trim(application(overrides), options), {
        revision: true,
      });
    const digests = [
      {},
      { metadata: { labels: { team: 'b' } } },
      { spec: { project: 'other' } },
      { spec: { destination: { name: 'prod' } } },
      { spec: { syncPolicy: {} } },
      { status: { sync: { status: 'OutOfSync', revision: 'abc' } } },
      { status: { sync: { status: 'Synced', revision: 'def' } } },
      { status: { health: { status: 'Degraded' } } },
      { status: { summary: { images: ['c'] } } },
      { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } },
    ].map(digest);
    expect(new Set(digests).size).toBe(digests.length);
  });
});
