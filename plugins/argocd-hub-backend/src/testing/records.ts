import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import type { ProjectRecord } from '../store/ProjectStore';
import type { ApplicationRecord } from '../store/ApplicationStore';
import type { ClusterRecord } from '../store/ClusterStore';

/** An application record for tests, with only what a test wants to say. */
export function applicationRecord(
  name: string,
  overrides: Partial<ApplicationRecord> = {},
): ApplicationRecord {
  return {
    hub: 'main',
    namespace: 'argocd',
    name,
    project: 'default',
    labels: {},
    annotations: {},
    destination: { namespace: 'agent', name: 'prod' },
    sources: [{ repoUrl: 'https://github.com/example/agent', path: 'chart' }],
    sync: 'Synced',
    health: 'Healthy',
    healthSince: '2026-01-01T00:00:00Z',
    conditions: [],
    images: [],
    externalUrls: [],
    history: [],
    autoSync: true,
    skipReconcile: false,
    ...overrides,
  };
}

/** A listed cluster for tests. */
export function clusterRecord(
  registeredName: string,
  overrides: Partial<Omit<ClusterRecord, 'name' | 'hub'>> = {},
): Omit<ClusterRecord, 'name' | 'hub'> {
  return {
    registeredName,
    server: `https://${registeredName}.example.com`,
    labels: { env: registeredName },
    facts: {
      applications: 0,
      heartbeatEnabled: true,
      heartbeatIntervalMs: 30_000,
      heartbeat: { failures: 0 },
      connection: { status: 'Successful' },
      connectionErrors: 0,
      skipReconcile: false,
      agent: false,
      firstSeenAt: 1,
    },
    ...overrides,
  };
}

/** An ApplicationSet for tests. */
export function applicationSetRecord(
  name: string,
  overrides: Partial<ApplicationSetRecord> = {},
): ApplicationSetRecord {
  return {
    hub: 'main',
    namespace: 'argocd',
    name,
    project: 'default',
    labels: {},
    conditions: [],
    applicationsSync: 'sync',
    preserveResourcesOnDeletion: false,
    strategy: 'AllAtOnce',
    clusterSelectors: [{}],
    otherGenerators: [],
    ...overrides,
  };
}

/** A project for tests. */
export function projectRecord(
  name: string,
  overrides: Partial<ProjectRecord> = {},
): ProjectRecord {
  return {
    hub: 'main',
    name,
    destinations: [],
    sourceNamespaces: [],
    permitOnlyProjectScopedClusters: false,
    ...overrides,
  };
}
