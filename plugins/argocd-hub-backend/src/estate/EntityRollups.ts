import { setImmediate } from 'node:timers/promises';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { Rollup } from 'backstage-plugin-argocd-hub-common';
import { LRUCache } from 'lru-cache';
import { ClaimIndex } from '../mapping/ClaimIndex';
import type { Claims } from '../mapping/Claims';
import type { EntityClaims } from '../store/ClaimStore';
import type { Store } from '../store/Store';
import {
  ApplicationChanges,
  type WrittenApplication,
} from './ApplicationChanges';
import type { EntityAnswers } from './EntityAnswers';
import { bareRowsOf } from './deployments';
import { clustersNamedBy, entityRows, mappedOf } from './entityRows';
import type { EstateReader, Moment } from './EstateReader';
import { followableClaims, selectionsOf } from './followableClaims';
import { Seen } from './Seen';
import { type SeenApplication, SeenApplications } from './SeenApplications';
import { digestOf } from './version';

/** Of all roll-ups that are kept: some 1 kB for one of ten deployments. */
const MAX_BYTES = 32 * 1024 * 1024;
const NAME_BYTES = 150;
/** After so many applications others get their turn. */
const ROWS_AT_ONCE = 200;
/** And after so many questions whether something that was written touches an entity. */
const QUESTIONS_AT_ONCE = 20_000;

interface KnownRollup {
  /** Renewed whenever it is found to be true again. */
  seen: Seen;
  /** Of the claims and of all applications that it was made of. */
  digest: string;
  rollup: Rollup;
}

/**
 * Roll-ups of many entities at once. What is known and still true, which `Seen`
 * tells, costs one question about what was written since; all others are read
 * together, in a few queries. They say the same as the answers for each entity
 * alone.
 */
export class EntityRollups {
  readonly #answers: Pick<EntityAnswers, 'rollup'>;
  readonly #claims: Pick<Claims, 'ofMany'>;
  readonly #estates: EstateReader;
  readonly #store: Pick<Store, 'applications'>;
  readonly #most: number | undefined;
  readonly #applications: SeenApplications;
  readonly #changes: Pick<ApplicationChanges, 'between'>;
  readonly #known: LRUCache<string, KnownRollup>;

  constructor(options: {
    /** What has been asked for one by one. */
    answers: Pick<EntityAnswers, 'rollup'>;
    claims: Pick<Claims, 'ofMany'>;
    estates: EstateReader;
    store: Pick<Store, 'applications'>;
    /** Shared with others who ask for them. Default: its own. */
    changes?: Pick<ApplicationChanges, 'between'>;
    /** Applications that one entity may have. Default: MOST_APPLICATIONS. */
    most?: number;
    /** How much is kept, in bytes. Default: 32 MiB. */
    maxBytes?: number;
  }) {
    this.#answers = options.answers;
    this.#claims = options.claims;
    this.#estates = options.estates;
    this.#store = options.store;
    this.#most = options.most;
    this.#applications = new SeenApplications(options.store.applications);
    this.#changes =
      options.changes ?? new ApplicationChanges(options.store.applications);
    this.#known = new LRUCache({
      maxSize: options.maxBytes ?? MAX_BYTES,
      sizeCalculation: sizeOf,
    });
  }

  /** How many bytes are kept, about. */
  get bytes(): number {
    return this.#known.calculatedSize;
  }

  /**
   * By entity; those that the catalog does not show are missing, and those that
   * are not mapped while it does not answer. Who may ask is decided before.
   *
   * @param entityRefs - in the form of `stringifyEntityRef`, each once
   */
  async of(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<Map<string, Rollup>> {
    const moment = await this.#estates.moment();
    const rollups = new Map<string, Rollup>();
    const unsure: string[] = [];
    for (const entityRef of entityRefs) {
      const rollup =
        this.#knownAt(moment, entityRef)?.rollup ??
        this.#answers.rollup(entityRef, moment);
      if (rollup) {
        rollups.set(entityRef, rollup);
      } else {
        unsure.push(entityRef);
      }
    }
    const found = await this.#find(unsure, { credentials, moment });
    found.forEach(({ rollup }, entityRef) => rollups.set(entityRef, rollup));
    return rollups;
  }

  /** What is true without a question. */
  #knownAt(moment: Moment, entityRef: string): KnownRollup | undefined {
    const known = this.#known.get(entityRef);
    if (!known?.seen.isTrueAt(moment)) {
      return undefined;
    }
    known.seen = known.seen.again(moment);
    return known;
  }

  /** With questions for all of them together. */
  async #find(
    entityRefs: string[],
    by: { credentials: BackstageCredentials; moment: Moment },
  ): Promise<Map<string, KnownRollup>> {
    const { credentials, moment } = by;
    const claimed: EntityClaims[] = [];
    const unclaimed: string[] = [];
    for (const entityRef of entityRefs) {
      const seen = this.#known.get(entityRef)?.seen;
      if (seen?.hasClaimsOf(moment)) {
        claimed.push(seen.claims);
      } else {
        unclaimed.push(entityRef);
      }
    }
    const { stored, read } =
      unclaimed.length > 0
        ? await this.#claims.ofMany(unclaimed, credentials)
        : { stored: [], read: [] };
    const own = [...claimed, ...stored];
    const found = await this.#confirmed(own, moment);
    const others = own.filter(({ entityRef }) => !found.has(entityRef));
    const made = await this.#make([...others, ...read], moment);
    made.forEach((rollup, entityRef) => found.set(entityRef, rollup));
    // Others may read another entity in the catalog than who asked for this.
    for (const { entityRef } of others) {
      this.#known.set(entityRef, made.get(entityRef)!);
    }
    return found;
  }

  /** Those that nothing touches which was written since. */
  async #confirmed(
    entities: EntityClaims[],
    moment: Moment,
  ): Promise<Map<string, KnownRollup>> {
    const found = new Map<string, KnownRollup>();
    const written = new Map<string, WrittenApplication[] | undefined>();
    let questions = 0;
    for (const claims of entities) {
      const known = this.#known.get(claims.entityRef);
      if (
        !known?.seen.claimsTheSame(claims) ||
        !known.seen.hasBasisOf(moment)
      ) {
        continue;
      }
      const { applications } = known.seen.revisions;
      if (!written.has(applications)) {
        const changes = await this.#changes.between(applications, moment);
        written.set(applications, changes);
      }
      const changes = written.get(applications);
      if (known.seen.isTouchedBy(changes) === false) {
        known.seen = known.seen.again(moment);
        found.set(claims.entityRef, known);
      }
      questions += (changes?.length ?? 0) * (1 + claims.claims.length);
      if (questions >= QUESTIONS_AT_ONCE) {
        questions = 0;
        await setImmediate();
      }
    }
    return found;
  }

  async #make(
    asked: EntityClaims[],
    moment: Moment,
  ): Promise<Map<string, KnownRollup>> {
    const made = new Map<string, KnownRollup>();
    if (asked.length === 0) {
      return made;
    }
    const { mapping } = moment.estate.config;
    const entities = await followableClaims(asked, {
      applications: this.#store.applications,
      config: mapping,
      most: this.#most,
    });
    const candidates = await filed(
      await this.#applications.candidates(entities.flatMap(selectionsOf)),
      ClaimIndex.of(entities, mapping),
    );
    let rows = 0;
    for (const [position, followed] of entities.entries()) {
      const wanted = candidates.get(followed.entityRef) ?? [];
      const applications = mappedOf(wanted, followed, moment.estate).map(
        ({ application }) => application,
      );
      made.set(
        followed.entityRef,
        this.#rollUp(moment, {
          claims: asked[position],
          followed,
          applications,
        }),
      );
      rows += wanted.length;
      if (rows >= ROWS_AT_ONCE) {
        rows = 0;
        await setImmediate();
      }
    }
    return made;
  }

  /** Made of the same as the last time, it says the same. */
  #rollUp(
    moment: Moment,
    made: {
      claims: EntityClaims;
      followed: EntityClaims;
      applications: SeenApplication[];
    },
  ): KnownRollup {
    const { claims, followed, applications } = made;
    const digest = digestOf(
      JSON.stringify([claims, followed]),
      ...applications.map(({ stamp }) => stamp).sort(),
    );
    const known = this.#known.get(claims.entityRef);
    if (known?.digest === digest && known.seen.hasBasisOf(moment)) {
      return { ...known, seen: known.seen.again(moment) };
    }
    const { estate } = moment;
    const read = applications.map(application => application.read());
    const { rollup, hubs } = entityRows(bareRowsOf(read, estate), {
      claims: followed,
      estate,
    });
    const names = {
      hubs: hubs.map(({ config }) => config.name),
      dependsOn: clustersNamedBy(read),
    };
    return { seen: Seen.at(moment, { ...made, ...names }), digest, rollup };
  }
}

/** By entity, also such that were not asked for: applications may name any. */
async function filed(
  applications: SeenApplication[],
  index: ClaimIndex,
): Promise<Map<string, SeenApplication[]>> {
  const found = new Map<string, SeenApplication[]>();
  for (const [position, application] of applications.entries()) {
    for (const { entityRef } of index.entitiesOf(application)) {
      const own = found.get(entityRef);
      if (own) {
        own.push(application);
      } else {
        found.set(entityRef, [application]);
      }
    }
    if (position % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
      await setImmediate();
    }
  }
  return found;
}

function sizeOf({ rollup, seen, digest }: KnownRollup): number {
  return (
    JSON.stringify([rollup, seen.claims]).length * 2 +
    seen.names * NAME_BYTES +
    digest.length
  );
}
