import type {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { ClaimStore, EntityClaims } from '../store/ClaimStore';
import { withoutStatement } from '../store/databaseError';
import { LastRead } from '../store/LastRead';
import type { Lease } from '../store/LeaseStore';
import type { RevisionStore } from '../store/Revisions';
import type { Store } from '../store/Store';
import { CatalogClaims } from './CatalogClaims';
import { ClaimIndex } from './ClaimIndex';
import type { MappingConfig } from './claimsOf';

/** What entities ask for, for routes, placements and signals. */
export class Claims {
  readonly #config: MappingConfig;
  readonly #catalog: CatalogClaims;
  readonly #logger: LoggerService;
  readonly #store: ClaimStore;
  readonly #revisions: RevisionStore;
  readonly #indexed = new LastRead<ClaimIndex>();
  /** For as long as the table cannot be read. */
  #index: ClaimIndex | undefined;

  constructor(options: {
    store: Pick<Store, 'claims' | 'revisions'>;
    config: MappingConfig;
    catalog: CatalogService;
    logger: LoggerService;
  }) {
    this.#store = options.store.claims;
    this.#revisions = options.store.revisions;
    this.#config = options.config;
    this.#catalog = new CatalogClaims(options);
    this.#logger = options.logger;
  }

  /**
   * The claims of an entity as they are now. One that is not in the table is read
   * from the catalog as the caller; undefined when the catalog does not show it.
   *
   * @throws what the catalog throws, when it is needed and does not answer
   */
  async of(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<EntityClaims | undefined> {
    return (
      (await this.#store.get(entityRef)) ??
      this.#catalog.read(entityRef, credentials)
    );
  }

  /**
   * For an entity that is not in the table: read from the catalog as the caller,
   * up to ten seconds ago; undefined when the catalog does not show it.
   *
   * @throws what the catalog throws, when it is needed and does not answer
   */
  async ofUnmapped(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<EntityClaims | undefined> {
    return this.#catalog.of(entityRef, credentials);
  }

  /**
   * The claims of many entities, in two questions at most. Those that are not
   * in the table are read from the catalog as the caller, up to ten seconds ago;
   * one that the catalog does not show is missing in both answers, and so is
   * each of them while the catalog does not answer.
   *
   * @param entityRefs - in the form of `stringifyEntityRef`
   */
  async ofMany(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<{ stored: EntityClaims[]; read: EntityClaims[] }> {
    const stored = await this.#store.some(entityRefs);
    const known = new Set(stored.map(({ entityRef }) => entityRef));
    const unknown = entityRefs.filter(entityRef => !known.has(entityRef));
    return { stored, read: await this.#catalog.ofMany(unknown, credentials) };
  }

  /**
   * Whether the catalog was ever read, by any replica: an empty table proves
   * nothing, where none has come to it yet. An index that is taken after this
   * has what was read.
   */
  async areKnown(): Promise<boolean> {
    return (await this.#revisions.current()).claims !== '';
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
      this.#logger.debug(`Claims of ${changed.length} entities changed`);
    }
    return changed;
  }

  /**
   * Application -> entities, by all that this process has stored, and by what
   * another replica stored a moment ago; the last one while the table cannot be
   * read.
   */
  async index(): Promise<ClaimIndex> {
    try {
      return await this.newestIndex();
    } catch (error) {
      if (!this.#index) throw error;
      this.#logger.warn(`Keeping the last claims: ${withoutStatement(error)}`);
      return this.#index;
    }
  }

  /**
   * The same, and never an earlier one.
   *
   * @throws what the database throws
   */
  async newestIndex(): Promise<ClaimIndex> {
    const { claims } = await this.#revisions.current();
    this.#index = await this.#indexed.at(claims, async () =>
      ClaimIndex.of(await this.#store.all(), this.#config),
    );
    return this.#index;
  }
}
