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
  /** What the catalog holds of us: entity ref -> entity as text; the text is empty before our first write. */
  #known: Map<string, string> | undefined;

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
   * Reads the clusters once and writes them if they differ. Whatever cannot be
   * trusted changes nothing.
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
    const known = await this.#knownEntities();
    if (isSame(entities, known) || !this.#trusts(entities, known)) {
      return;
    }
    await this.#connection.applyMutation({
      type: 'full',
      entities: [...entities.values()].map(entity => ({
        entity,
        locationKey: `argocd-hub:${hub}`,
      })),
    });
    this.#known = textsOf(entities);
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

  #trusts(entities: Map<string, Entity>, known: Map<string, string>): boolean {
    const { hub, guard, logger } = this.#options;
    const removed = [...known.keys()].filter(ref => !entities.has(ref)).length;
    if (guard.allows({ known: known.size, removed })) {
      return true;
    }
    logger.warn(
      `Hub '${hub}' suddenly lacks ${removed} of ${known.size} clusters; their entities stay until that is certain`,
    );
    return false;
  }

  /** After a restart the catalog itself tells what it holds. */
  async #knownEntities(): Promise<Map<string, string>> {
    if (!this.#known) {
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
      this.#known = new Map(
        items.map(entity => [stringifyEntityRef(entity), '']),
      );
    }
    return this.#known;
  }
}

function isSame(
  entities: Map<string, Entity>,
  known: Map<string, string>,
): boolean {
  const texts = textsOf(entities);
  return (
    texts.size === known.size &&
    [...texts].every(([ref, text]) => known.get(ref) === text)
  );
}

function textsOf(entities: Map<string, Entity>): Map<string, string> {
  return new Map(
    [...entities].map(([ref, entity]) => [ref, JSON.stringify(entity)]),
  );
}
