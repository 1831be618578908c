import { createHash } from 'node:crypto';
import type { HubTruth } from './SimulatedHub';

/**
 * What must be stored for what a hub holds, said a second time and apart from
 * the product's own reading of it.
 */

const IN_CLUSTER = 'https://kubernetes.default.svc';
const ANNOTATIONS = [
  'backstage.io/entity-ref',
  'backstage.io/kubernetes-id',
  'argocd.argoproj.io/skip-reconcile',
];

type Fields = Record<string, unknown>;

/** By `namespace/name`, and by the name of the cluster. */
export interface Expected {
  applications: Map<string, Fields>;
  clusters: Map<string, Fields>;
}

export function expected(truth: HubTruth): Expected {
  const clusters = expectedClusters(truth);
  const applications = new Map<string, Fields>();
  for (const item of truth.applications as any[]) {
    const { namespace, name } = item.metadata;
    applications.set(`${namespace}/${name}`, {
      ...application(item),
      cluster: destination(item.spec.destination, truth.clusters, clusters),
    });
  }
  for (const [name, fields] of clusters) {
    fields.applications = [...applications.values()].filter(
      ({ cluster }) => (cluster as any).name === name,
    ).length;
  }
  return { applications, clusters };
}

function application({ metadata, spec, status = {} }: any): Fields {
  const { sync, health, operationState, summary = {} } = status;
  const sources = spec.sources?.length
    ? spec.sources.map((one: any, index: number) =>
        source(one, sync?.revisions?.[index]),
      )
    : spec.source && [source(spec.source, sync?.revision)];
  const annotations = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => ANNOTATIONS.includes(key),
  );
  const owner = metadata.ownerReferences?.find(
    ({ kind }: any) => kind === 'ApplicationSet',
  );
  const { automated } = spec.syncPolicy ?? {};
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    project: spec.project || 'default',
    labels: metadata.labels ?? {},
    annotations: Object.fromEntries(annotations),
    applicationSet: owner?.name,
    destination: {
      namespace: spec.destination.namespace ?? '',
      name: spec.destination.name || undefined,
      server: spec.destination.server || undefined,
    },
    sources: sources ?? [],
    sync: sync?.status || undefined,
    health: health?.status || undefined,
    healthSince: health?.lastTransitionTime,
    operation: operationState && {
      phase: operationState.phase,
      startedAt: operationState.startedAt,
      finishedAt: operationState.finishedAt,
      by: initiator(operationState.operation?.initiatedBy),
      message: operationState.message,
      revision:
        operationState.syncResult?.revision ||
        operationState.syncResult?.revisions?.[0] ||
        operationState.operation?.sync?.revision ||
        operationState.operation?.sync?.revisions?.[0],
    },
    conditions: (status.conditions ?? []).map((one: any) => ({
      type: one.type,
      message: one.message.slice(0, 2_000),
      since: one.lastTransitionTime,
    })),
    images: [...(summary.images ?? [])].sort(),
    // Written as a browser writes them.
    externalUrls: (summary.externalURLs ?? []).map(
      (url: string) => `${new URL(url)}`,
    ),
    resources: sync?.status ? (status.resources ?? []).length : undefined,
    history: (status.history ?? []).map((one: any) => ({
      id: one.id ?? 0,
      revision: one.revision || one.revisions?.[0],
      deployedAt: one.deployedAt,
      by: initiator(one.initiatedBy),
    })),
    autoSync: Boolean(automated) && automated.enabled !== false,
    skipReconcile:
      metadata.annotations?.['argocd.argoproj.io/skip-reconcile'] === 'true',
    deletedAt: metadata.deletionTimestamp,
  };
}

function source(one: any, revision: string | undefined): Fields {
  return {
    repoUrl: one.repoURL,
    path: one.path,
    chart: one.chart,
    targetRevision: one.targetRevision,
    revision: revision || undefined,
  };
}

function initiator(who: any): string | undefined {
  return who?.username || (who?.automated ? 'auto-sync' : undefined);
}

function expectedClusters({ applications, clusters }: HubTruth) {
  const counted = clusters.filter(
    one =>
      one.server !== IN_CLUSTER ||
      Object.keys(one.labels ?? {}).length > 0 ||
      applications.some(({ spec }) =>
        [spec?.destination?.name, spec?.destination?.server].some(
          target => target === IN_CLUSTER || target === 'in-cluster',
        ),
      ),
  );
  return new Map<string, Fields>(
    counted.map(one => [
      shownName(one, counted),
      {
        registeredName: one.name,
        server: one.server,
        labels: one.labels ?? {},
        kubernetesVersion: one.info?.serverVersion || undefined,
        project: (one as any).project || undefined,
      },
    ]),
  );
}

type Named = { name?: string; server: string };

/** Two clusters that share a name are told apart by a hash of the server. */
function shownName(one: Named, all: Named[]): string {
  const shares = all.some(
    ({ name, server }) => name === one.name && server !== one.server,
  );
  const hash = createHash('sha256').update(one.server).digest('hex');
  return shares ? `${one.name}~${hash.slice(0, 8)}` : one.name!;
}

function destination(
  { name, server }: { name?: string; server?: string },
  all: Named[],
  clusters: Map<string, Fields>,
): Fields {
  const given = [name, server].filter(Boolean).join(' ');
  if (Boolean(name) === Boolean(server)) {
    return { problem: 'invalid', given };
  }
  const registered = [...clusters.keys()].map(shown => ({
    shown,
    one: all.find(cluster => cluster.server === clusters.get(shown)!.server)!,
  }));
  const found = registered.filter(({ one }) =>
    name ? one.name === name : strip(one.server) === strip(server!),
  );
  if (found.length === 1) {
    return { name: found[0].shown };
  }
  const problem = found.length ? 'ambiguous-cluster' : 'no-such-cluster';
  return { problem, given };
}

function strip(server: string): string {
  return server.endsWith('/') ? strip(server.slice(0, -1)) : server;
}
