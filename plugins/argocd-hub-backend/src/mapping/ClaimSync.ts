import type {
  AuthService,
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { type Pace, restAfter } from '../async/rest';
import { unlessAborted } from '../async/unlessAborted';
import { sleep } from '../async/time';
import type { EntityClaims } from '../store/ClaimStore';
import { withoutStatement } from '../store/databaseError';
import { Hold } from '../store/Hold';
import type { LeaseStore } from '../store/LeaseStore';
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
/** Refs of one question; the catalog takes bodies of 100 kB. */
const REFS = 200;
/** The catalog spends little of its time on us. */
const PACE: Pace = { share: 0.05, shortestMs: 10_000, longestMs: 5 * 60_000 };
/** How often those who wait ask whether the replica that does it is gone. */
const ASK_AGAIN_MS = 10_000;

interface ClaimSyncOptions {
  claims: Pick<Claims, 'refs' | 'replace'>;
  catalog: CatalogService;
  auth: AuthService;
  leases: LeaseStore;
  config: MappingConfig;
  logger: LoggerService;
  /** Refs of the entities that applications name. Default: none. */
  namedByApplications?: () => Promise<string[]>;
  /** Told which entities ask for something else than before. */
  onChange?: (entityRefs: string[]) => void;
  /** Waits between two readings, in milliseconds. Default: as long as it is told. */
  rest?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Keeps the claims up to date from the catalog, in bulk and as ourselves: of
 * entities with our annotations, and of those that applications name. One
 * replica does it, for as long as it runs. While the catalog does not answer, or
 * breaks off half-way, the last claims stay, and an entity that one reading
 * lacks goes only when the next one lacks it too. The catalog tells nobody which
 * entities changed, so it is read again and again.
 */
export class ClaimSync {
  readonly #options: ClaimSyncOptions;
  readonly #rest: NonNullable<ClaimSyncOptions['rest']>;
  /** Refs that the last reading lacked. */
  #lacking = new Set<string>();
  #failing = false;

  constructor(options: ClaimSyncOptions) {
    this.#options = options;
    this.#rest = options.rest ?? sleep;
  }

  /** Runs until the signal is aborted, and leaves the work to others then; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const hold = await this.#take();
      if (hold) {
        await this.#keepUp(hold, signal);
      } else {
        await this.#rest(ASK_AGAIN_MS, signal);
      }
    }
  }

  /**
   * Reads everything once. Rejects when the catalog does not answer, or when the
   * signal aborts while it has not answered yet; nothing is changed then, nor
   * while another replica does it.
   */
  async sync(signal?: AbortSignal): Promise<void> {
    const hold = await Hold.take(this.#options.leases, LEASE);
    if (!hold) return;
    try {
      await this.#sync(hold, signal);
    } finally {
      await this.#leave(hold);
    }
  }

  async #keepUp(hold: Hold, signal: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([signal, hold.lost]);
    while (hold.isSure && !ended.aborted) {
      const spentMs = await this.#turn(hold, ended);
      await this.#rest(restAfter(spentMs, PACE), ended);
    }
    await this.#leave(hold);
  }

  /** Answers how long the catalog worked for it; what came to nothing does not count. */
  async #turn(hold: Hold, signal: AbortSignal): Promise<number> {
    const startedAt = performance.now();
    try {
      await this.#sync(hold, signal);
      this.#succeeded();
      return performance.now() - startedAt;
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
      return 0;
    }
  }

  /**
   * Writes under the lease that was held before anything was read, and under no
   * later one: meanwhile another replica may have read what is newer.
   */
  async #sync(hold: Hold, signal: AbortSignal | undefined): Promise<void> {
    const { claims, onChange } = this.#options;
    // A catalog that does not answer must not hold up the end.
    const read = await unlessAborted(this.#read(signal), signal);
    const keep = await this.#lackingOnce(read);
    const changed = await claims.replace(read, { lease: hold.lease, keep });
    if (changed.length > 0) {
      onChange?.(changed);
    }
  }

  /** A catalog that is being filled, or a page that was missed, is not the end of an entity. */
  async #lackingOnce(read: EntityClaims[]): Promise<Set<string>> {
    const found = new Set(read.map(({ entityRef }) => entityRef));
    const stored = await this.#options.claims.refs();
    const before = this.#lacking;
    this.#lacking = new Set(stored.filter(ref => !found.has(ref)));
    return new Set([...this.#lacking].filter(ref => !before.has(ref)));
  }

  async #take(): Promise<Hold | undefined> {
    try {
      return await Hold.take(this.#options.leases, LEASE);
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** Else nobody would read the catalog until the lease runs out. */
  async #leave(hold: Hold): Promise<void> {
    await hold
      .release()
      .catch(error =>
        this.#options.logger.debug(
          `The claims were not left: ${withoutStatement(error)}`,
        ),
      );
  }

  #succeeded(): void {
    if (this.#failing) {
      this.#options.logger.info('Claims are up to date again');
    }
    this.#failing = false;
  }

  /** Said once per outage. */
  #failed(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#options.logger.warn(
      `Claims cannot be kept up to date, the last ones stay: ${withoutStatement(
        error,
      )}`,
    );
  }

  async #read(signal: AbortSignal | undefined): Promise<EntityClaims[]> {
    const { auth, namedByApplications } = this.#options;
    const credentials = await auth.getOwnServiceCredentials();
    const asking = await this.#readAsking(credentials, signal);
    const known = new Set(asking.map(({ entityRef }) => entityRef));
    const named = (await namedByApplications?.()) ?? [];
    const others = named.filter(ref => !known.has(ref));
    return [...asking, ...(await this.#readNamed(others, credentials, signal))];
  }

  /** Else each view of one of these would need the catalog. */
  async #readNamed(
    refs: string[],
    credentials: BackstageCredentials,
    signal: AbortSignal | undefined,
  ): Promise<EntityClaims[]> {
    const { catalog, config } = this.#options;
    const found: EntityClaims[] = [];
    for (let start = 0; start < refs.length; start += REFS) {
      signal?.throwIfAborted();
      const entityRefs = refs.slice(start, start + REFS);
      const { items } = await catalog.getEntitiesByRefs(
        { entityRefs, fields: CLAIMING_FIELDS },
        { credentials },
      );
      found.push(
        ...items.flatMap(entity => (entity ? claimsOf(entity, config) : [])),
      );
    }
    return found;
  }

  async #readAsking(
    credentials: BackstageCredentials,
    signal: AbortSignal | undefined,
  ): Promise<EntityClaims[]> {
    const { catalog, config } = this.#options;
    const found: EntityClaims[] = [];
    let cursor: string | undefined;
    do {
      signal?.throwIfAborted();
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
