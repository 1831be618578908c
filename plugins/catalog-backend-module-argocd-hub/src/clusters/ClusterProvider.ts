import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { type Entity, stringifyEntityRef } from '@backstage/catalog-model';
import type {
  CatalogService,
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { CLUSTER_ANNOTATIONS } from 'backstage-plugin-argocd-hub-common';
import type { HubReader } from '../HubReader';
import { clusterEntity } from './clusterEntity';
import type { DeletionGuard } from './DeletionGuard';

interface ClusterProviderOptions {
  hub: string;
  defaultOwner: string;
  reader: HubReader;
  guard: DeletionGuard;
  catalog: CatalogService;
  auth: AuthService;
  logger: LoggerService;
}

/** The clusters of one hub as entities. */
export class ClusterProvider implements EntityProvider {
  readonly #options: ClusterProviderOptions;
  #connection: EntityProviderConnection | undefined;

  constructor(options: ClusterProviderOptions) {
    this.#options = options;
  }

  /** Never change it: the catalog deletes what a provider that is gone has left. */
  getProviderName(): string {
    return `argocd-hub-clusters:${this.#options.hub}`;
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
  }

  /**
   * Reads the clusters once and hands them to the catalog, which itself finds
   * what differs. Whatever cannot be trusted changes nothing.
   */
  async refresh(): Promise<void> {
    const { hub, reader } = this.#options;
    if (!this.#connection) {
      return;
    }
    const status = await reader.hub(hub);
    if (!status?.complete) {
      return; // not mirrored yet: what is missing proves nothing
    }
    const entities = await this.#read();
    if (!this.#trusts(entities, await this.#knownRefs())) {
      return;
    }
    await this.#connection.applyMutation({
      type: 'full',
      entities: [...entities.values()].map(entity => ({
        entity,
        locationKey: `argocd-hub:${hub}`,
      })),
    });
  }

  async #read(): Promise<Map<string, Entity>> {
    const { hub, reader, defaultOwner, logger } = this.#options;
    const entities = new Map<string, Entity>();
    for (const cluster of await reader.clusters(hub)) {
      const entity = clusterEntity(cluster, { defaultOwner });
      if (!entity) continue;
      const ref = stringifyEntityRef(entity);
      if (entities.has(ref)) {
        logger.warn(
          `Two clusters of hub '${hub}' would be ${ref}; '${cluster.name}' gets no entity`,
        );
        continue;
      }
      entities.set(ref, entity);
    }
    return entities;
  }

  #trusts(entities: Map<string, Entity>, known: string[]): boolean {
    const { hub, guard, logger } = this.#options;
    const removed = known.filter(ref => !entities.has(ref)).length;
    if (guard.allows({ known: known.length, removed })) {
      return true;
    }
    logger.warn(
      `Hub '${hub}' suddenly lacks ${removed} of ${known.length} clusters; their entities stay until that is certain`,
    );
    return false;
  }

  /** The catalog itself tells what it holds of us: another replica may have written it. */
  async #knownRefs(): Promise<string[]> {
    const { hub, catalog, auth } = this.#options;
    const { items } = await catalog.getEntities(
      {
        filter: {
          kind: 'Resource',
          [`metadata.annotations.${CLUSTER_ANNOTATIONS.hub}`]: hub,
        },
        fields: ['kind', 'metadata.name', 'metadata.namespace'],
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    return items.map(entity => stringifyEntityRef(entity));
  }
}
