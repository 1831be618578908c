import type {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { ClaimStore, EntityClaims } from '../store/ClaimStore';
import { withoutStatement } from '../store/databaseError';
import type { Lease } from '../store/LeaseStore';
import { ClaimIndex } from './ClaimIndex';
import { CLAIMING_FIELDS, claimsOf, type MappingConfig } from './claimsOf';

/** How long an index is believed before the table, which another replica may have written, is read again. */
const INDEX_TTL_MS = 10_000;

/** What entities ask for, for routes, placements and signals. */
export class Claims {
  readonly #config: MappingConfig;
  readonly #catalog: CatalogService;
  readonly #logger: LoggerService;
  readonly #store: ClaimStore;
  #index: ClaimIndex | undefined;
  #indexedAt = 0;

  static create(options: {
    store: ClaimStore;
    config: MappingConfig;
    catalog: CatalogService;
    logger: LoggerService;
  }): Claims {
    return new Claims(options);
  }

  private constructor(options: {
    store: ClaimStore;
    config: MappingConfig;
    catalog: CatalogService;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#config = options.config;
    this.#catalog = options.catalog;
    this.#logger = options.logger;
  }

  /**
   * The claims of an entity. One that is not in the table is read from the
   * catalog as the caller; undefined when the catalog does not show it.
   *
   * @throws what the catalog throws, when it is needed and does not answer
   */
  async of(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<EntityClaims | undefined> {
    const stored = await this.#store.get(entityRef);
    if (stored) {
      return stored;
    }
    const entity = await this.#catalog.getEntityByRef(entityRef, {
      credentials,
    });
    return entity && claimsOf(entity, this.#config);
  }

  /**
   * The claims of many entities, in two questions at most. Those that are not
   * in the table are read from the catalog as the caller; one that the catalog
   * does not show is missing in both answers.
   *
   * @param entityRefs - in the form of `stringifyEntityRef`
   * @throws what the catalog throws, when it is needed and does not answer
   */
  async ofMany(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<{ stored: EntityClaims[]; read: EntityClaims[] }> {
    const stored = await this.#store.some(entityRefs);
    const known = new Set(stored.map(({ entityRef }) => entityRef));
    const unknown = entityRefs.filter(entityRef => !known.has(entityRef));
    if (unknown.length === 0) {
      return { stored, read: [] };
    }
    const { items } = await this.#catalog.getEntitiesByRefs(
      { entityRefs: unknown, fields: CLAIMING_FIELDS },
      { credentials },
    );
    const read = items.flatMap(entity =>
      entity ? claimsOf(entity, this.#config) : [],
    );
    return { stored, read };
  }

  /** Of which entities there are claims in the table. */
  async refs(): Promise<string[]> {
    return this.#store.refs();
  }

  /** Stores what was read in bulk and answers which entities differ from before. */
  async replace(
    entities: EntityClaims[],
    options: {
      lease: Lease;
      /** Refs of entities that stay as they are, although nothing was read of them. */
      keep: ReadonlySet<string>;
    },
  ): Promise<string[]> {
    const changed = await this.#store.replace({ ...options, entities });
    if (changed.length > 0) {
      this.#index = undefined;
      this.#logger.debug(`Claims of ${changed.length} entities changed`);
    }
    return changed;
  }

  /** Application -> entities, at most a few seconds old. */
  async index(): Promise<ClaimIndex> {
    if (this.#index && Date.now() - this.#indexedAt < INDEX_TTL_MS) {
      return this.#index;
    }
    try {
      this.#indexedAt = Date.now();
      this.#index = ClaimIndex.of(await this.#store.all(), this.#config);
    } catch (error) {
      if (!this.#index) throw error;
      this.#logger.warn(
        `Keeping the last claims: ${stringifyError(withoutStatement(error))}`,
      );
    }
    return this.#index;
  }
}
