import type { Config } from '@backstage/config';
import { assertLabelKey } from './config/assertLabelKey';
import { invalid } from './config/invalid';
import { readAllowedServers } from './config/readAllowedServers';
import { readCredentials } from './config/readCredentials';
import { readEnvironments } from './config/readEnvironments';
import { readHistory } from './config/readHistory';
import { readHub } from './config/readHub';
import { readMapping } from './config/readMapping';
import { refuseUnknownKeys } from './config/refuseUnknownKeys';

/** One configured hub. */
export interface HubConfig {
  /** `[a-z0-9-]`. */
  name: string;
  title: string;
  /** Base of the API, without a trailing slash; may have a base path. */
  url: string;
  /** Base of links, without a trailing slash. */
  uiUrl: string;
  /** An account token, or a login that becomes one cached session. */
  auth: { token: string } | { username: string; password: string };
  tls: { ca?: string; skipVerify: boolean };
  /** Why this hub cannot be read as it is configured; the others can. */
  fault?: HubFault;
  /** Milliseconds between lists. */
  relistMs: number;
  requestTimeoutMs: number;
  /** Absent where it is switched off. */
  heartbeat?: { intervalMs: number; maxPerSecond: number };
  prefixClusterEntities: boolean;
}

/**
 * What a hub lacks that is not in app-config itself: a file, or a variable of
 * the environment. That is no reason to keep the others from people.
 */
export interface HubFault {
  /** What it concerns, as for errors of the hub. */
  class: 'auth' | 'tls';
  /** For people who look at the hub. */
  message: string;
  /** For operators: names the key, and never holds a value of a secret. */
  cause: string;
}

/** Where a kubeconfig of a named credential is found. */
export interface CredentialConfig {
  kubeconfigFile: string;
}

/** `argocdHub` of app-config, read and validated once. */
export interface ArgocdHubConfig {
  hubs: HubConfig[];
  /** Order of columns and of promotion. */
  environments: string[];
  clusterLabels: {
    environment: string;
    role: string;
    region: string;
    failoverGroup: string;
    lifecycle: string;
  };
  mapping: {
    applicationEntityRefKey: string;
    /** Project glob -> owner refs that may claim its applications; absent = every project for everyone. */
    projects?: Record<string, string[]>;
  };
  onboarding: {
    /** Host globs and CIDR ranges that the backend may dial. */
    allowedServers: string[];
    credentials: Record<string, CredentialConfig>;
  };
  /** How long changes of deployments are kept, in milliseconds. */
  history: { retentionMs: number };
  dangerouslyAllowWritesWithoutPermissions: boolean;
}

const CLUSTER_LABELS = {
  environment: 'env',
  role: 'role',
  region: 'region',
  failoverGroup: 'failover-group',
  lifecycle: 'lifecycle',
};

/**
 * Reads `argocdHub` and checks all of it, so that a mistake is found at start.
 * Throws an error that names the key. Never calls a hub.
 */
export function readConfig(config: Config): ArgocdHubConfig {
  const root = config.getOptionalConfig('argocdHub');
  refuseUnknownKeys(config);
  return {
    hubs: readHubs(config),
    environments: readEnvironments(config),
    clusterLabels: readClusterLabels(root),
    mapping: readMapping(config),
    onboarding: {
      allowedServers: readAllowedServers(root),
      credentials: readCredentials(config),
    },
    history: readHistory(config),
    dangerouslyAllowWritesWithoutPermissions:
      root?.getOptionalBoolean('dangerouslyAllowWritesWithoutPermissions') ??
      false,
  };
}

function readHubs(config: Config): HubConfig[] {
  const hubs = (config.getOptionalConfigArray('argocdHub.hubs') ?? []).map(
    (hub, index) => readHub(hub, `argocdHub.hubs[${index}]`),
  );
  const names = new Set<string>();
  hubs.forEach(({ name }, index) => {
    if (names.has(name)) {
      throw invalid(
        `argocdHub.hubs[${index}].name`,
        `'${name}' is the name of another hub`,
      );
    }
    names.add(name);
  });
  return hubs;
}

function readClusterLabels(
  root: Config | undefined,
): ArgocdHubConfig['clusterLabels'] {
  const labels = { ...CLUSTER_LABELS };
  for (const key of Object.keys(labels) as (keyof typeof labels)[]) {
    labels[key] =
      root?.getOptionalString(`clusterLabels.${key}`) ?? labels[key];
    assertLabelKey(`argocdHub.clusterLabels.${key}`, labels[key]);
  }
  return labels;
}
