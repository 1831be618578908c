import type { Application } from '../../../types/argocd';

const APPLICATION = 'result.application.';
const source = ['repoURL', 'path', 'chart', 'targetRevision'];

/** The list of fields of F10.1.2, which shows all that a portal needs. */
export const PORTAL_FIELDS = [
  'error',
  'result.type',
  ...[
    ...under('metadata', [
      'name',
      'namespace',
      'uid',
      'labels',
      'creationTimestamp',
      'deletionTimestamp',
      'ownerReferences.kind',
      'ownerReferences.name',
      'annotations.backstage.io/entity-ref',
    ]),
    ...under('spec', ['project', 'destination', 'syncPolicy.automated']),
    ...under('spec.source', source),
    ...under('spec.sources', [...source, 'ref']),
    'operation.initiatedBy',
    ...under('status', [
      'sync.status',
      'sync.revision',
      'sync.revisions',
      'health',
      'conditions',
      'summary',
    ]),
    ...under('status.history', [
      'id',
      'revision',
      'revisions',
      'deployedAt',
      'deployStartedAt',
      'initiatedBy',
    ]),
    ...under('status.operationState', [
      'phase',
      'message',
      'startedAt',
      'finishedAt',
      'operation.initiatedBy',
      'syncResult.revision',
      'syncResult.revisions',
    ]),
  ].map(path => `${APPLICATION}${path}`),
].join();

/** An application with 10 deployments and 20 resources, of some 15 KB. */
export function typicalApplication(name: string): Application {
  const time = '2026-11-01T10:00:00Z';
  const revision = '7f3c1e0a9b5d4c2e8f6a1b3d5c7e9f0a2b4c6d8e';
  const from = {
    repoURL: 'https://github.com/example/deployments',
    path: `services/${name}/overlays/production`,
    targetRevision: 'main',
  };
  const destination = {
    server: 'https://prod-1.k8s.example.com:6443',
    namespace: name,
  };
  const resources = Array.from({ length: 20 }, (_, index) => ({
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    namespace: name,
    name: `${name}-worker-${index}`,
    status: 'Synced',
  }));
  const operation = {
    sync: { revision, syncOptions: ['CreateNamespace=true'] },
    initiatedBy: { automated: true },
    retry: { limit: 5 },
  };
  return {
    metadata: {
      name,
      namespace: 'argocd',
      labels: { 'app.kubernetes.io/name': name, team: 'payments' },
      annotations: { 'backstage.io/entity-ref': `component:default/${name}` },
      managedFields: [1, 2, 3].map(manager => ({
        manager: `writer-${manager}`,
        operation: 'Update',
        time,
        fieldsType: 'FieldsV1',
        fieldsV1: Object.fromEntries(
          resources.map(each => [`f:${each.name}-${manager}`, { '.': {} }]),
        ),
      })),
    },
    spec: {
      project: 'open',
      source: from,
      destination,
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
    status: {
      sync: { status: 'Synced', revision, comparedTo: { source: from } },
      health: { status: 'Healthy', lastTransitionTime: time },
      summary: { images: [`registry.example.com/${name}:1.4.2`] },
      resources,
      reconciledAt: time,
      history: Array.from({ length: 10 }, (_, id) => ({
        id,
        revision,
        deployedAt: time,
        deployStartedAt: time,
        initiatedBy: { automated: true },
        source: { ...from, helm: { valueFiles: ['values-production.yaml'] } },
      })),
      operationState: {
        operation,
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
        startedAt: time,
        finishedAt: time,
        syncResult: {
          revision,
          source: from,
          resources: resources.map(each => ({
            ...each,
            status: 'Synced',
            message: `deployment.apps/${each.name} configured, nothing else to say`,
            hookPhase: 'Running',
            syncPhase: 'Sync',
            images: [`registry.example.com/${name}:1.4.2`],
          })),
        },
      },
    },
  } as unknown as Application;
}

function under(parent: string, paths: string[]): string[] {
  return paths.map(path => `${parent}.${path}`);
}
