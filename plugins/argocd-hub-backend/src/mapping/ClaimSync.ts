import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { stringifyError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { unlessAborted } from '../async/unlessAborted';
import { sleep } from '../async/time';
import type { EntityClaims } from '../store/ClaimStore';
import { withoutStatement } from '../store/databaseError';
import type { Lease, LeaseStore } from '../store/LeaseStore';
import type { Claims } from './Claims';
import {
  CLAIMING_ANNOTATIONS,
  CLAIMING_FIELDS,
  claimsOf,
  type MappingConfig,
} from './claimsOf';

// No hub can have this name.
const LEASE = 'mapping:claims';
const PAGE = 500;
const INTERVAL_MS = 10_000;
/** Reading is stretched so that the catalog spends at most this part of its time on us. */
const SHARE = 0.05;

/**
 * Keeps the claims up to date from the catalog, in bulk and as ourselves. One
 * replica does it at a time. While the catalog does not answer, or breaks off
 * half-way, the last claims stay.
 */
export class ClaimSync {
  readonly #options: {
    claims: Claims;
    catalog: CatalogService;
    auth: AuthService;
    leases: LeaseStore;
    config: MappingConfig;
    logger: LoggerService;
    onChange?: (entityRefs: string[]) => void;
  };
  #failing = false;
  #lease: Lease | undefined;

  static create(options: {
    claims: Claims;
    catalog: CatalogService;
    auth: AuthService;
    leases: LeaseStore;
    config: MappingConfig;
    logger: LoggerService;
    /** Told which entities ask for something else than before. */
    onChange?: (entityRefs: string[]) => void;
  }): ClaimSync {
    return new ClaimSync(options);
  }

  private constructor(options: Parameters<typeof ClaimSync.create>[0]) {
    this.#options = options;
  }

  /** Runs until the signal is aborted, and leaves the work to others then; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = Date.now();
      await this.#turn(signal);
      const spent = Date.now() - startedAt;
      await sleep(Math.max(INTERVAL_MS, spent / SHARE), signal);
    }
    await this.#release();
  }

  /**
   * Reads everything once. Rejects when the catalog does not answer, or when the
   * signal aborts while it has not answered yet; nothing is changed then, nor
   * when another replica does it by now.
   */
  async sync(signal?: AbortSignal): Promise<void> {
    const { claims, onChange } = this.#options;
    // A catalog that does not answer must not hold up the end.
    const read = await unlessAborted(this.#read(), signal);
    // Reading may have taken longer than a lease lasts.
    const lease = await this.#acquire();
    if (!lease) return;
    const changed = await claims.replace(read, lease);
    if (changed.length > 0) {
      onChange?.(changed);
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { logger } = this.#options;
    try {
      if (!(await this.#acquire())) return;
      await this.sync(signal);
      if (this.#failing) logger.info('Reading claims from the catalog again');
      this.#failing = false;
    } catch (error) {
      if (this.#failing || signal.aborted) return; // said once per outage
      this.#failing = true;
      logger.warn(
        `Cannot read the catalog, keeping the last claims: ${stringifyError(
          withoutStatement(error),
        )}`,
      );
    }
  }

  async #acquire(): Promise<Lease | undefined> {
    this.#lease = await this.#options.leases.acquire(LEASE);
    return this.#lease;
  }

  /** Else nobody would read the catalog until the lease runs out. */
  async #release(): Promise<void> {
    const { leases, logger } = this.#options;
    if (!this.#lease) return;
    await leases
      .release(this.#lease)
      .catch(error =>
        logger.debug(`The claims were not left: ${stringifyError(error)}`),
      );
  }

  async #read(): Promise<EntityClaims[]> {
    const { catalog, auth, config } = this.#options;
    const credentials = await auth.getOwnServiceCredentials();
    const found: EntityClaims[] = [];
    let cursor: string | undefined;
    do {
      const page = await catalog.queryEntities(
        cursor
          ? { cursor, fields: CLAIMING_FIELDS, limit: PAGE }
          : {
              filter: CLAIMING_ANNOTATIONS.map(annotation => ({
                [`metadata.annotations.${annotation}`]: CATALOG_FILTER_EXISTS,
              })),
              fields: CLAIMING_FIELDS,
              limit: PAGE,
              totalItems: 'exclude',
            },
        { credentials },
      );
      found.push(...page.items.map(entity => claimsOf(entity, config)));
      cursor = page.pageInfo.nextCursor;
    } while (cursor);
    return found;
  }
}
