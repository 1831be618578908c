import type { Random } from '../../random';
import { CONTROL_PLANE } from '../../state/names';
import type { ApplicationSet } from '../../types/applicationset';
import type {
  Application,
  ApplicationSpec,
  HistoryEntry,
  ResourceResult,
  Source,
} from '../../types/argocd';
import { managedFields } from './managedFields';
import type { PlannedApplication, PlannedService } from './plan';
import { resourcesOf } from './resources';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const HISTORY_LIMIT = 10;
const REGISTRY = 'registry.example.com';

/** What a generated application is made from. */
export interface ApplicationContext {
  random: Random;
  /** server URL of the cluster */
  server: string;
  /** the set that owns it; undefined for one on its own */
  set?: ApplicationSet;
  /** RFC 3339 in whole seconds */
  timestamp: (date: Date) => string;
  /** milliseconds since 1970 at which the fleet starts */
  now: number;
}

/** Name of the application of a service on a cluster. */
export function applicationName(service: string, cluster: string): string {
  return `${service}-${cluster}`;
}

/** A full application as Argo CD would have it after some weeks of life. */
export function makeApplication(
  planned: PlannedApplication,
  context: ApplicationContext,
): Application {
  const { service, cluster } = planned;
  const { set, timestamp, now, random } = context;
  const createdAt = timestamp(new Date(now - 90 * DAY_MS));
  const spec = specOf(service, cluster.name, context.server);
  const history = historyOf(service, spec, context);
  const last = history.at(-1)!;
  return {
    metadata: {
      name: applicationName(service.name, cluster.name),
      namespace: CONTROL_PLANE,
      creationTimestamp: createdAt,
      generation: random.between(100, 90_000),
      labels: labelsOf(service),
      annotations: annotationsOf(service),
      finalizers: ['resources-finalizer.argocd.argoproj.io'],
      ...(set && { ownerReferences: [ownerOf(set)] }),
      managedFields: managedFields(createdAt, last.deployedAt),
    },
    spec,
    status: statusOf({ service, spec, history, context }),
  };
}

export function labelsOf(service: PlannedService): Record<string, string> {
  return { 'app.kubernetes.io/name': service.name, team: service.team };
}

export function annotationsOf(service: PlannedService): Record<string, string> {
  return { 'backstage.io/entity-ref': `component:default/${service.name}` };
}

/** The spec of a service's application; also the set's template, with placeholders. */
export function specOf(
  service: PlannedService,
  cluster: string,
  server: string,
): ApplicationSpec {
  const source: Source = {
    repoURL: service.repoURL,
    path: service.path,
    targetRevision: 'main',
    helm: {
      valueFiles: ['values.yaml', `values-${cluster}.yaml`],
      ignoreMissingValueFiles: true,
      parameters: [{ name: 'cluster', value: cluster }],
    },
  };
  const values: Source = {
    repoURL: `https://git.example.com/${service.team}/values.git`,
    targetRevision: 'main',
    ref: 'values',
  };
  return {
    project: service.project,
    ...(service.hasValuesSource ? { sources: [source, values] } : { source }),
    destination: {
      ...(service.byName ? { name: cluster } : { server }),
      namespace: service.name,
    },
    syncPolicy: {
      automated: { prune: true, selfHeal: true },
      syncOptions: ['CreateNamespace=true'],
      retry: { limit: 5 },
    },
  };
}

function ownerOf({ metadata }: ApplicationSet) {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** What a revision is called in history and results: one, or one per source. */
export function revisionFields(spec: ApplicationSpec, revision: string) {
  return spec.sources
    ? { revisions: spec.sources.map(() => revision), sources: spec.sources }
    : { revision, source: spec.source };
}

/** The last releases of the service; some clusters are one behind. */
function historyOf(
  service: PlannedService,
  spec: ApplicationSpec,
  { random, timestamp, now }: ApplicationContext,
): HistoryEntry[] {
  const behind = service.releases.length > 1 && random.chance(0.05) ? 1 : 0;
  const releases = service.releases.slice(0, service.releases.length - behind);
  return releases.slice(-HISTORY_LIMIT).map((release, index) => {
    const deployedAt = now - release.ageMs + random.int(HOUR_MS);
    const tookMs = random.between(2, 60) * 1000;
    return {
      ...revisionFields(spec, release.revision),
      deployedAt: timestamp(new Date(deployedAt)),
      id: releases.length - Math.min(releases.length, HISTORY_LIMIT) + index,
      deployStartedAt: timestamp(new Date(deployedAt - tookMs)),
      initiatedBy: { automated: true },
    } as HistoryEntry;
  });
}

interface Condition {
  sync: string;
  health: string;
}

/** How a fleet looks on an ordinary day. */
function pickCondition(random: Random): Condition {
  const share = random.next();
  if (share < 0.94) return { sync: 'Synced', health: 'Healthy' };
  if (share < 0.97) return { sync: 'OutOfSync', health: 'Healthy' };
  if (share < 0.985) return { sync: 'Synced', health: 'Progressing' };
  if (share < 0.995) return { sync: 'Synced', health: 'Degraded' };
  return { sync: 'OutOfSync', health: 'Missing' };
}

function statusOf(options: {
  service: PlannedService;
  spec: ApplicationSpec;
  history: HistoryEntry[];
  context: ApplicationContext;
}): Application['status'] {
  const { service, spec, history, context } = options;
  const { random, timestamp, now } = context;
  const { sync, health } = pickCondition(random);
  const last = history.at(-1)!;
  const deployed = last.revision ?? last.revisions![0];
  const { tag } = service.releases.find(
    ({ revision: each }) => each === deployed,
  )!;
  const image = imageOf(service, tag);
  const resources = resourcesOf(service);
  if (sync === 'OutOfSync') resources.at(-1)!.status = 'OutOfSync';
  const { source, sources, revision, revisions } = last;
  return {
    resources,
    sync: {
      status: sync,
      comparedTo: {
        ...(sources ? { sources } : { source }),
        destination: spec.destination,
      },
      ...(revisions ? { revisions } : { revision }),
    },
    health: { status: health, lastTransitionTime: last.deployedAt },
    history,
    ...(sync === 'OutOfSync' && {
      conditions: [
        {
          type: 'SyncError',
          message: `Failed last sync attempt to [${random.hex(
            40,
          )}]: one or more objects failed to apply, reason: admission webhook "policy.example.com" denied the request`,
          lastTransitionTime: last.deployedAt,
        },
      ],
    }),
    reconciledAt: timestamp(new Date(now - random.int(150_000))),
    operationState: {
      operation: {
        sync: {
          ...(revisions ? { revisions } : { revision }),
          prune: true,
          syncOptions: ['CreateNamespace=true'],
        },
        initiatedBy: { automated: true },
        retry: { limit: 5 },
      },
      phase: 'Succeeded',
      message: 'successfully synced (all tasks run)',
      syncResult: {
        resources: resultsOf(service, image),
        ...(revisions
          ? { revision: '', revisions, sources }
          : { revision, source }),
      },
      startedAt: last.deployStartedAt!,
      finishedAt: last.deployedAt,
    } as Application['status']['operationState'],
    sourceType: 'Helm',
    summary: {
      images: [image],
      externalURLs: [`https://${service.name}.${service.team}.example.com/`],
    },
    resourceHealthSource: 'appTree',
    controllerNamespace: CONTROL_PLANE,
  };
}

export function imageOf(service: PlannedService, tag: string): string {
  return `${REGISTRY}/${service.team}/${service.name}:${tag}`;
}

export function resultsOf(
  service: PlannedService,
  image: string,
): ResourceResult[] {
  return resourcesOf(service).map(resource => ({
    group: resource.group ?? '',
    version: resource.version,
    kind: resource.kind,
    namespace: resource.namespace ?? '',
    name: resource.name,
    status: 'Synced',
    message: `${resource.kind.toLowerCase()}.${resource.group ?? 'core'}/${
      resource.name
    } configured`,
    hookPhase: 'Running',
    syncPhase: 'Sync',
    ...(resource.kind === 'Deployment' && { images: [image] }),
  }));
}
