import {
  type HealthStatus,
  type OperationPhase,
  safeExternalUrls,
  type SyncStatus,
} from 'backstage-plugin-argocd-hub-common';
import { serverAddress } from '../hub/serverAddress';
import type { ArgoApplication, ArgoSource } from '../hub/types';
import type { ApplicationRecord } from '../store/ApplicationStore';
import { SKIP_RECONCILE, spelled } from './annotations';
import { identityOf } from './identity';
import { address, prose } from './prose';
import { labels, list, moment, object, oneOf, strings, text } from './values';

const SYNC: SyncStatus[] = ['Synced', 'OutOfSync', 'Unknown'];
const HEALTH: HealthStatus[] = [
  'Healthy',
  'Suspended',
  'Progressing',
  'Missing',
  'Degraded',
  'Unknown',
];
const PHASE: OperationPhase[] = [
  'Running',
  'Terminating',
  'Succeeded',
  'Failed',
  'Error',
];

type Status = NonNullable<ArgoApplication['status']>;

/** What is kept of one application at most; the rest is left out. */
const MOST_LABELS = 100;
const MOST_SOURCES = 50;
const MOST_IMAGES = 100;
const MOST_URLS = 20;
const MOST_CONDITIONS = 20;
/** The latest ones. */
const MOST_HISTORY = 20;
/** Characters of a message. */
const LONGEST_TEXT = 2_000;
/** What the name of an object in Kubernetes can be. */
const LONGEST_NAME = 253;

/**
 * An application as it is kept. Whatever may hold a secret (Helm values,
 * parameters, environment of plugins, other annotations, credentials in
 * addresses) is not copied. No part of it can be so odd or so large that the
 * rest is not read: a value that makes no sense counts as not told, and of
 * labels, sources, images, links, conditions, history and long texts only so
 * much is kept as the constants above say. Throws only for what does not say
 * which application it is.
 *
 * @param options.annotations - the keys that are kept
 */
export function trim(
  application: ArgoApplication,
  options: { hub: string; annotations: string[] },
): ApplicationRecord {
  const { name, namespace, isValid } = identityOf(application);
  if (!isValid) {
    throw new Error('It has no name and namespace that Kubernetes allows');
  }
  const metadata = object(application.metadata);
  const spec = object(application.spec);
  const status = object(application.status);
  const annotations = spelled(keys(metadata.annotations, options.annotations));
  const sync = oneOf(SYNC, status.sync?.status);
  const health = oneOf(HEALTH, status.health?.status);
  return {
    hub: options.hub,
    namespace,
    name,
    uid: text(metadata.uid),
    project: text(spec.project, LONGEST_NAME) || 'default',
    labels: Object.fromEntries(
      Object.entries(labels(metadata.labels)).slice(0, MOST_LABELS),
    ),
    annotations,
    applicationSet: text(
      list(metadata.ownerReferences).find(
        owner => owner.kind === 'ApplicationSet',
      )?.name,
      LONGEST_NAME,
    ),
    destination: {
      namespace: text(spec.destination?.namespace) ?? '',
      // One without a name of its own is named by its address.
      name: address(spec.destination?.name) || undefined,
      server:
        address(spec.destination?.server, { strip: serverAddress }) ||
        undefined,
    },
    sources: sourcesOf({ spec, status }),
    sync,
    health,
    healthSince: health && moment(status.health?.lastTransitionTime),
    operation: operationOf(status),
    conditions: list(status.conditions)
      .slice(0, MOST_CONDITIONS)
      .map(condition => ({
        type: text(condition.type) ?? '',
        message: prose(condition.message, LONGEST_TEXT) ?? '',
        since: moment(condition.lastTransitionTime),
      })),
    images: strings(status.summary?.images).sort().slice(0, MOST_IMAGES),
    externalUrls: safeExternalUrls(strings(status.summary?.externalURLs)).slice(
      0,
      MOST_URLS,
    ),
    // An empty list is left out by the hub; before the first comparison nothing is known.
    resources: sync && list(status.resources).length,
    history: historyOf(status),
    autoSync: isAutomated(spec.syncPolicy?.automated),
    skipReconcile: annotations[SKIP_RECONCILE] === 'true',
    deletedAt: moment(metadata.deletionTimestamp),
  };
}

function sourcesOf({
  spec,
  status,
}: Pick<ArgoApplication, 'spec' | 'status'>): ApplicationRecord['sources'] {
  const several = list(spec?.sources).slice(0, MOST_SOURCES);
  const { revision, revisions } = object(status?.sync);
  if (several.length) {
    return several.map((source, index) =>
      sourceOf(source, text(list(revisions)[index])),
    );
  }
  return spec?.source ? [sourceOf(spec.source, text(revision))] : [];
}

function sourceOf(
  source: ArgoSource,
  revision: string | undefined,
): ApplicationRecord['sources'][number] {
  return {
    repoUrl: address(source.repoURL),
    path: text(source.path),
    chart: text(source.chart),
    targetRevision: text(source.targetRevision),
    revision: revision || undefined,
  };
}

function operationOf(status: Status): ApplicationRecord['operation'] {
  const state = status.operationState;
  const phase = oneOf(PHASE, state?.phase);
  const startedAt = moment(state?.startedAt);
  if (!phase || !startedAt) {
    return undefined;
  }
  return {
    phase,
    startedAt,
    finishedAt: moment(state?.finishedAt),
    by: initiator(state?.operation?.initiatedBy),
    message: prose(state?.message, LONGEST_TEXT),
    revision:
      text(state?.syncResult?.revision) ||
      text(list(state?.syncResult?.revisions)[0]) ||
      undefined,
  };
}

function historyOf(status: Status): ApplicationRecord['history'] {
  return list(status.history)
    .slice(-MOST_HISTORY)
    .flatMap(entry => {
      const deployedAt = moment(entry.deployedAt);
      if (!deployedAt) {
        return [];
      }
      return {
        id: Number.isSafeInteger(entry.id) ? Number(entry.id) : 0,
        revision:
          text(entry.revision) || text(list(entry.revisions)[0]) || undefined,
        deployedAt,
        by: initiator(entry.initiatedBy),
      };
    });
}

function initiator(
  who: { username?: string; automated?: boolean } | undefined,
): string | undefined {
  return text(who?.username) || (who?.automated ? 'auto-sync' : undefined);
}

function isAutomated(automated: { enabled?: boolean } | null | undefined) {
  return Boolean(automated) && automated?.enabled !== false;
}

function keys(
  values: Record<string, string> | undefined,
  wanted: string[],
): Record<string, string> {
  const found = object(values);
  return labels(
    Object.fromEntries(
      wanted.flatMap(key =>
        Object.hasOwn(found, key) ? [[key, found[key] as string]] : [],
      ),
    ),
  );
}
