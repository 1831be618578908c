import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { PermissionPolicy } from '@backstage/plugin-permission-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { IN_CLUSTER_SERVER } from 'backstage-plugin-argocd-hub-common';
import type { HeartbeatFacts } from 'backstage-plugin-argocd-hub-common/status';
import type { Router } from 'express';
import type { Knex } from 'knex';
import { CANARIES } from '../../__testUtils__/canaries/secrets';
import type { ArgocdHubConfig, HubConfig } from '../../config';
import type { HubClient } from '../../hub/types';
import { Mapping } from '../../mapping/Mapping';
import { DatabaseStore } from '../../store/DatabaseStore';
import type { ApplicationRecord } from '../../store/ApplicationStore';
import type { Lease } from '../../store/LeaseStore';
import { applicationRecord, clusterRecord } from '../../testing/records';
import { batchedPermissions } from '../../permissions/batchedPermissions';
import { checkAnswers } from '../../schema/__testUtils__/checkAnswers';
import { createRouter } from '../createRouter';
import { AuditLog } from './AuditLog';
import { registerPermissions } from '../../permissions/registerPermissions';
import {
  permissionFramework,
  PERMISSIONS_ENABLED,
} from './permissionFramework';

/** The moment at which all answers of these tests are made. */
export const NOW = Date.parse('2026-06-01T12:00:00Z');

export const OWNER = 'user:default/owner';
export const STRANGER = 'user:default/stranger';
export const PLATFORM = 'user:default/platform';
/** In a test with a policy: reads and changes clusters whose label env is prod. */
export const PROD_ONLY = 'user:default/prod-only';
/** In a test with a policy: reads the hub `edge` and its clusters. */
export const EDGE_ONLY = 'user:default/edge-only';

export function hubConfig(name: string): HubConfig {
  return {
    name,
    title: `Hub ${name}`,
    url: `https://${name}.example.com`,
    uiUrl: `https://ui.${name}.example.com/argo`,
    auth: { token: CANARIES.hubToken },
    tls: { skipVerify: false },
    relistMs: 60_000,
    requestTimeoutMs: 10_000,
    prefixClusterEntities: false,
  };
}

export const CONFIG: ArgocdHubConfig = {
  hubs: [hubConfig('main')],
  environments: ['staging', 'prod', 'dr'],
  clusterLabels: {
    environment: 'env',
    role: 'role',
    region: 'region',
    failoverGroup: 'failover-group',
    lifecycle: 'lifecycle',
  },
  mapping: { applicationEntityRefKey: 'backstage.io/entity-ref' },
  onboarding: { allowedServers: [], credentials: {} },
  history: { retentionMs: 30 * 24 * 60 * 60_000 },
  dangerouslyAllowWritesWithoutPermissions: false,
};

export const AGENT: Entity = component('agent', {
  'argocd/app-selector': 'app=agent',
});

export function component(
  name: string,
  annotations: Record<string, string> = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', annotations },
    spec: { type: 'service', owner: 'guests', lifecycle: 'production' },
  };
}

export function agentOn(
  cluster: string,
  overrides: Partial<ApplicationRecord> = {},
): ApplicationRecord {
  return applicationRecord(`agent-${cluster}`, {
    labels: { app: 'agent' },
    applicationSet: 'agent-multi-cluster',
    destination: { namespace: 'agent', name: cluster },
    history: [{ id: 1, deployedAt: '2026-05-31T00:00:00Z' }],
    ...overrides,
  });
}

/** Fills a store as the mirror does. */
export class StoreFiller {
  readonly #store: DatabaseStore;
  readonly #hub: string;
  #lease: Lease | undefined;

  constructor(store: DatabaseStore, hub = 'main') {
    this.#store = store;
    this.#hub = hub;
  }

  /** A hub that was listed `ageMs` ago. */
  async hub(ageMs = 1_000) {
    const lease = await this.lease();
    await this.#store.hubs.update({
      lease,
      hub: this.#hub,
      changes: {
        complete: true,
        version: 'v3.5.1',
        facts: {
          startedAt: NOW - 3_600_000,
          lastListAt: NOW - ageMs,
          listIntervalMs: 60_000,
        },
      },
    });
  }

  /** Clusters that answered a heartbeat just now. */
  async clusters(...names: string[]) {
    const { facts } = clusterRecord('any');
    await this.#store.clusters.replace({
      lease: await this.lease(),
      hub: this.#hub,
      clusters: names.map(name =>
        clusterRecord(name, {
          labels: { env: name, region: 'eu', 'deploy.agent': 'true' },
          facts: {
            ...facts,
            heartbeat: { failures: 0, goodAt: NOW - 5_000 },
            connection: { status: 'Successful', attemptedMovedAt: NOW - 5_000 },
            verdict: { reachability: 'reachable', since: NOW - 60_000 },
          },
        }),
      ),
    });
  }

  /** Lists the only cluster that stays, with other labels. */
  async relabel(name: string, labels: Record<string, string>) {
    await this.#store.clusters.replace({
      lease: await this.lease(),
      hub: this.#hub,
      clusters: [clusterRecord(name, { labels })],
    });
  }

  /** Lists only the hub's own cluster, which has no Secret and so no labels. */
  async ownCluster() {
    const own = { server: IN_CLUSTER_SERVER, labels: {} };
    await this.#store.clusters.replace({
      lease: await this.lease(),
      hub: this.#hub,
      clusters: [clusterRecord('in-cluster', own)],
    });
  }

  async heartbeatAt(cluster: string, time: number) {
    await this.heartbeat(cluster, { failures: 0, goodAt: time });
  }

  /** Two failed heartbeats, or others. */
  async breakCluster(cluster: string, heartbeat: Partial<HeartbeatFacts> = {}) {
    await this.heartbeat(cluster, {
      failures: 2,
      goodAt: NOW - 90_000,
      firstFailureAt: NOW - 60_000,
      lastFailureAt: NOW - 30_000,
      reason: 'refused',
      ...heartbeat,
    });
  }

  async heartbeat(cluster: string, heartbeat: HeartbeatFacts) {
    await this.#store.clusters.updateFacts({
      lease: await this.lease(),
      hub: this.#hub,
      updates: [{ name: cluster, facts: { heartbeat, provenElsewhere: true } }],
    });
  }

  async applications(...upserts: ApplicationRecord[]) {
    return this.#store.applications.apply({
      lease: await this.lease(),
      hub: this.#hub,
      upserts,
      removals: [],
    });
  }

  async remove(name: string) {
    return this.#store.applications.apply({
      lease: await this.lease(),
      hub: this.#hub,
      upserts: [],
      removals: [{ hub: this.#hub, namespace: 'argocd', name }],
    });
  }

  private async lease(): Promise<Lease> {
    this.#lease ??= await this.#store.leases.acquire(this.#hub);
    return this.#lease!;
  }
}

/** Everything under `/api/argocd-hub` on a real HTTP server, over a store in SQLite. */
export async function startRouter(
  options: {
    config?: Partial<ArgocdHubConfig>;
    entities?: Entity[];
    /** Full refs of entities that only the owner may read, and no one else. */
    privateEntities?: string[];
    /** Names of permissions that only the owner has. */
    ownerOnly?: string[];
    /** Decides through the permission framework, in place of `ownerOnly` and `privateEntities`. */
    policy?: PermissionPolicy;
    /** Default: SQLite in memory. */
    databases?: { knex: Knex };
    permissionsFail?: boolean;
    /** Calls of the hub that a test expects. */
    hubClient?: Partial<HubClient>;
  } = {},
) {
  const { entities = [AGENT], privateEntities = [], ownerOnly = [] } = options;
  const config = { ...CONFIG, ...options.config };
  const catalog = catalogServiceMock({ entities });
  const hubs = new Map(
    options.hubClient ? [['main', options.hubClient as HubClient]] : [],
  );
  const clock = { now: NOW };
  const audit = new AuditLog();
  const publish = jest.fn(async () => {});
  const authorize = jest.fn(async (requests: any[], { credentials }: any) => {
    if (options.permissionsFail) throw new Error('permission backend is down');
    const { principal } = credentials;
    const isPrivileged =
      principal.type === 'service' || principal.userEntityRef === OWNER;
    return requests.map(({ permission, resourceRef }) => ({
      result:
        isPrivileged ||
        !(
          ownerOnly.includes(permission.name) ||
          privateEntities.includes(resourceRef)
        )
          ? AuthorizeResult.ALLOW
          : AuthorizeResult.DENY,
    }));
  });
  let parts:
    | { knex: Knex; store: DatabaseStore; mapping: Mapping; router: Router }
    | undefined;
  const plugin = createBackendPlugin({
    pluginId: 'argocd-hub',
    register(env) {
      env.registerInit({
        deps: {
          auditor: coreServices.auditor,
          auth: coreServices.auth,
          database: coreServices.database,
          discovery: coreServices.discovery,
          httpAuth: coreServices.httpAuth,
          httpRouter: coreServices.httpRouter,
          logger: coreServices.logger,
          permissions: coreServices.permissions,
          permissionsRegistry: coreServices.permissionsRegistry,
          catalog: catalogServiceRef,
          signals: signalsServiceRef,
        },
        async init({ database, httpRouter, logger, ...services }) {
          const store = await DatabaseStore.create({ database, logger });
          const knex = await database.getClient();
          registerPermissions({ ...services, config, store });
          const mapping = new Mapping({
            ...services,
            config,
            store,
            logger,
          });
          const router = createRouter({
            ...services,
            batchedPermissions: batchedPermissions({
              ...services,
              config: PERMISSIONS_ENABLED,
            }),
            hubs,
            permissionsEnabled: true,
            logger,
            config,
            store,
            mapping,
            now: () => clock.now,
          });
          httpRouter.use(checkAnswers);
          httpRouter.use(router);
          parts = { knex, store, mapping, router };
        },
      });
    },
  });
  const backend = await startTestBackend({
    features: [
      plugin,
      audit.factory,
      ...(options.databases
        ? [mockServices.database.factory(options.databases)]
        : []),
      ...(options.policy
        ? permissionFramework({ policy: options.policy, entities })
        : [
            mockServices.permissions.mock({
              authorize,
              authorizeConditional: authorize,
            }).factory,
          ]),
      createServiceFactory({
        service: catalogServiceRef,
        deps: {},
        factory: () => catalog,
      }),
      createServiceFactory({
        service: signalsServiceRef,
        deps: {},
        factory: () => ({ publish }),
      }),
    ],
  });
  const { knex, store, mapping, router } = parts!;
  return {
    server: backend.server,
    stop: async () => {
      await backend.stop();
      if (knex === options.databases?.knex) return;
      await knex.destroy(); // a backend leaves SQLite open, which keeps Jest alive
    },
    knex,
    store,
    mapping,
    router,
    catalog,
    /** What the router takes for the present. */
    clock,
    authorize,
    audit,
    publish,
    fill: new StoreFiller(store),
  };
}

export const as = {
  nobody: { Authorization: mockCredentials.none.header() },
  owner: { Authorization: mockCredentials.user.header(OWNER) },
  stranger: { Authorization: mockCredentials.user.header(STRANGER) },
  platform: { Authorization: mockCredentials.user.header(PLATFORM) },
  prodOnly: { Authorization: mockCredentials.user.header(PROD_ONLY) },
  edgeOnly: { Authorization: mockCredentials.user.header(EDGE_ONLY) },
  service: { Authorization: mockCredentials.service.header() },
};
