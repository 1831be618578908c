import type { HumanDuration } from '@backstage/types';

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
  /** Milliseconds between lists. */
  relistMs: number;
  requestTimeoutMs: number;
  /** Absent where it is switched off. */
  heartbeat?: { intervalMs: number; maxPerSecond: number };
  prefixClusterEntities: boolean;
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
  historyRetention: HumanDuration;
  dangerouslyAllowWritesWithoutPermissions: boolean;
}
