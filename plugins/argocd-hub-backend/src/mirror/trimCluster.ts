import { withoutCredentials } from 'backstage-plugin-argocd-hub-common';
import { serverAddress } from '../hub/serverAddress';
import type { ArgoCluster } from '../hub/types';
import type { ClusterRecord } from '../store/ClusterStore';
import { SKIP_RECONCILE } from './annotations';
import { address, prose } from './prose';
import { label, labels, moment, object, text } from './values';

/** Names the agent of argocd-agent that stands for a cluster. */
const AGENT_LABEL = 'argocd-agent.argoproj-labs.io/agent-name';
/** As many as an application can have. */
const MOST_LABELS = 100;
/** What failed stands at the end of a message, behind addresses. */
const LONGEST_MESSAGE = 10_000;
const LONGEST_TEXT = 253;

/** What the hub tells of its connection to a cluster, unjudged. */
export interface ListedConnection {
  status?: string;
  message?: string;
  /** By the hub's clock; only ever compared with itself. */
  attemptedAt?: string;
}

/** A cluster of the hub's list: what is kept of it, and what facts are made of. */
export interface ListedCluster {
  kept: Omit<ClusterRecord, 'name' | 'hub' | 'facts'>;
  connection: ListedConnection;
  skipReconcile: boolean;
  /** Whether the hub itself counts applications there. */
  hasApplications: boolean;
}

/**
 * A cluster as it is kept. Its configuration, and a login in its address, are
 * not copied: they may hold a secret. A value that makes no sense counts as not
 * told. Throws only for what does not say which cluster it is.
 */
export function trimCluster(cluster: ArgoCluster): ListedCluster {
  const told = object(cluster);
  const server = serverAddress(label(told.server) ?? '');
  if (!server) {
    throw new Error('It has no server, or one that is too long');
  }
  const registeredName = nameOf(told.name) || server;
  const info = object(told.info);
  const { status, message, attemptedAt } = object(info.connectionState);
  const kept = Object.fromEntries(
    Object.entries(labels(told.labels)).slice(0, MOST_LABELS),
  );
  return {
    kept: {
      registeredName,
      server,
      agent: kept[AGENT_LABEL] || undefined,
      labels: kept,
      kubernetesVersion: text(info.serverVersion, LONGEST_TEXT) || undefined,
      project: text(told.project, LONGEST_TEXT) || undefined,
    },
    connection: {
      status: text(status),
      message: prose(message, LONGEST_MESSAGE),
      attemptedAt: moment(attemptedAt),
    },
    skipReconcile: object(told.annotations)[SKIP_RECONCILE] === 'true',
    hasApplications: Number(info.applicationsCount) > 0,
  };
}

/** For the log: what an entry that cannot be read says of itself. */
export function nameOfUnreadable(cluster: unknown): string {
  const { name, server } = object(cluster as ArgoCluster);
  const [told] = [name, server]
    .map(one => address(one, { longest: LONGEST_TEXT, strip: serverAddress }))
    .filter(Boolean);
  return told ?? 'one without a name';
}

/** The hub names by its address what was registered without a name. */
function nameOf(name: unknown): string {
  if (name === undefined || name === null || name === '') {
    return '';
  }
  const told = label(name);
  if (told === undefined) {
    throw new Error('Its name is none, or too long');
  }
  return withoutCredentials(told);
}
