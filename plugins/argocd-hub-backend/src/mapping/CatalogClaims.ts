import type {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { LRUCache } from 'lru-cache';
import type { EntityClaims } from '../store/ClaimStore';
import { withoutStatement } from '../store/databaseError';
import { CLAIMING_FIELDS, claimsOf, type MappingConfig } from './claimsOf';

/** About as often as the table is brought up to date, in milliseconds. */
const KEPT_MS = 10_000;
/** Some 600 bytes for an entity without annotations. */
const MAX_BYTES = 16 * 1024 * 1024;

interface Kept {
  claims: EntityClaims;
  /** When the question for it was asked. */
  readAt: number;
}

/**
 * The claims of entities that are not in the table, read from the catalog as the
 * caller and kept for ten seconds: most entities are not mapped at all. They are
 * kept for each caller apart, because what one may see another may not. An
 * entity that the catalog does not show is looked for each time.
 */
export class CatalogClaims {
  readonly #catalog: CatalogService;
  readonly #config: MappingConfig;
  readonly #logger: LoggerService;
  readonly #now: () => number;
  readonly #kept: LRUCache<string, Kept>;
  #isAway = false;

  constructor(options: {
    catalog: CatalogService;
    config: MappingConfig;
    logger: LoggerService;
    /** Milliseconds, of a clock that is never set; another one for tests. */
    now?: () => number;
    /** How much is kept, in bytes. Default: 16 MiB. */
    maxBytes?: number;
  }) {
    this.#catalog = options.catalog;
    this.#config = options.config;
    this.#logger = options.logger;
    this.#now = options.now ?? (() => performance.now());
    this.#kept = new LRUCache({
      maxSize: options.maxBytes ?? MAX_BYTES,
      sizeCalculation: ({ claims }, key) =>
        (key.length + JSON.stringify(claims).length) * 2,
    });
  }

  /** How many bytes are kept, about. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /**
   * Undefined when the catalog does not show the entity.
   *
   * @param entityRef - in the form of `stringifyEntityRef`
   * @throws what the catalog throws, when it is needed and does not answer
   */
  async of(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<EntityClaims | undefined> {
    return (
      this.#known(entityRef, credentials) ?? this.read(entityRef, credentials)
    );
  }

  /** The same, read now. */
  async read(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<EntityClaims | undefined> {
    const readAt = this.#now();
    const entity = await this.#catalog.getEntityByRef(entityRef, {
      credentials,
    });
    const claims = entity && claimsOf(entity, this.#config);
    if (claims) {
      this.#keep({ claims, readAt }, credentials);
    }
    return claims;
  }

  /**
   * Of many entities, in one question. One that the catalog does not show is
   * missing, and so is, while it does not answer at all, what is not kept.
   *
   * @param entityRefs - in the form of `stringifyEntityRef`
   */
  async ofMany(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<EntityClaims[]> {
    const found: EntityClaims[] = [];
    const unknown: string[] = [];
    for (const entityRef of entityRefs) {
      const known = this.#known(entityRef, credentials);
      if (known) {
        found.push(known);
      } else {
        unknown.push(entityRef);
      }
    }
    return unknown.length > 0
      ? [...found, ...(await this.#readMany(unknown, credentials))]
      : found;
  }

  async #readMany(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<EntityClaims[]> {
    const readAt = this.#now();
    const entities = await this.#unlessAway(async () => {
      const { items } = await this.#catalog.getEntitiesByRefs(
        { entityRefs, fields: CLAIMING_FIELDS },
        { credentials },
      );
      return items;
    });
    return (entities ?? []).flatMap(entity => {
      if (!entity) return [];
      const claims = claimsOf(entity, this.#config);
      this.#keep({ claims, readAt }, credentials);
      return claims;
    });
  }

  /** Undefined while the catalog does not answer, which is said once per outage. */
  async #unlessAway<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await ask();
      this.#isAway = false;
      return answer;
    } catch (error) {
      if (!this.#isAway) {
        this.#logger.warn(
          `The catalog does not answer, what is not mapped has no roll-up: ${withoutStatement(
            error,
          )}`,
        );
      }
      this.#isAway = true;
      return undefined;
    }
  }

  #known(
    entityRef: string,
    credentials: BackstageCredentials,
  ): EntityClaims | undefined {
    const key = keyOf(entityRef, credentials);
    const kept = key === undefined ? undefined : this.#kept.get(key);
    return kept && this.#now() - kept.readAt < KEPT_MS
      ? kept.claims
      : undefined;
  }

  #keep(kept: Kept, credentials: BackstageCredentials): void {
    const key = keyOf(kept.claims.entityRef, credentials);
    if (key !== undefined) {
      this.#kept.set(key, kept);
    }
  }
}

/**
 * The whole principal: what it is limited to and who acts for it decide what the
 * catalog shows. Undefined for one that names nobody.
 */
function keyOf(
  entityRef: string,
  { principal }: BackstageCredentials,
): string | undefined {
  const { type } = principal as { type?: unknown };
  return type === 'user' || type === 'service'
    ? JSON.stringify([principal, entityRef])
    : undefined;
}
