import { setImmediate } from 'node:timers/promises';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { Rollup } from 'backstage-plugin-argocd-hub-common';
import { LRUCache } from 'lru-cache';
import { ClaimIndex } from '../mapping/ClaimIndex';
import type { Claims } from '../mapping/Claims';
import type { EntityClaims } from '../store/ClaimStore';
import type { ClusterName } from '../store/ClusterStore';
import type { Store } from '../store/Store';
import type { EntityAnswers } from './EntityAnswers';
import { bareRowsOf } from './deployments';
import { basisOf, clustersNamedBy, entityRows, mappedOf } from './entityRows';
import type { EstateReader, Moment } from './EstateReader';
import { followableClaims, selectionsOf } from './followableClaims';
import { type SeenApplication, SeenApplications } from './SeenApplications';
import { digestOf } from './version';

/** Of all roll-ups that are kept: some 1 kB for one of ten deployments. */
const MAX_BYTES = 32 * 1024 * 1024;
const NAME_BYTES = 150;
/** After so many applications others get their turn. */
const ROWS_AT_ONCE = 200;

interface Kept {
  /** When it was last found to be true. */
  seen: { moment: number; applications: string; claims: string };
  /** Of the claims and of all applications that it was made of. */
  source: string;
  /** Of clusters and hubs that decided about it. */
  basis: string;
  hubs: string[];
  dependsOn: ClusterName[];
  rollup: Rollup;
}

/**
 * Roll-ups of many entities at once. What is known and still true costs
 * nothing; all others are read together, in a few queries. They say the same as
 * the answers for each entity alone.
 */
export class EntityRollups {
  readonly #answers: Pick<EntityAnswers, 'rollup'>;
  readonly #claims: Pick<Claims, 'ofMany'>;
  readonly #estates: EstateReader;
  readonly #store: Pick<Store, 'applications'>;
  readonly #most: number | undefined;
  readonly #applications: SeenApplications;
  readonly #kept: LRUCache<string, Kept>;

  constructor(options: {
    /** What has been asked for one by one. */
    answers: Pick<EntityAnswers, 'rollup'>;
    claims: Pick<Claims, 'ofMany'>;
    estates: EstateReader;
    store: Pick<Store, 'applications'>;
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
    this.#kept = new LRUCache({
      maxSize: options.maxBytes ?? MAX_BYTES,
      sizeCalculation: sizeOf,
    });
  }

  /** How many bytes are kept, about. */
  get bytes(): number {
    return this.#kept.calculatedSize;
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
    const unknown: string[] = [];
    for (const entityRef of entityRefs) {
      const known =
        this.#known(entityRef, moment) ??
        this.#answers.rollup(entityRef, moment);
      if (known) {
        rollups.set(entityRef, known);
      } else {
        unknown.push(entityRef);
      }
    }
    if (unknown.length > 0) {
      const { stored, read } = await this.#claims.ofMany(unknown, credentials);
      const made = await this.#make([...stored, ...read], moment);
      made.forEach(({ rollup }, entityRef) => rollups.set(entityRef, rollup));
      // Others may read another entity in the catalog than who asked for this.
      stored.forEach(({ entityRef }) => this.#keep(entityRef, made));
    }
    return rollups;
  }

  #known(entityRef: string, moment: Moment): Rollup | undefined {
    const { id, estate, revisions } = moment;
    const kept = this.#kept.get(entityRef);
    if (!kept) {
      return undefined;
    }
    const { seen, basis, rollup } = kept;
    if (seen.moment === id) {
      return rollup;
    }
    if (
      seen.applications !== revisions.applications ||
      seen.claims !== revisions.claims ||
      basis !== basisOf(kept, estate)
    ) {
      return undefined;
    }
    seen.moment = id;
    return rollup;
  }

  #keep(entityRef: string, made: Map<string, Kept>) {
    const kept = made.get(entityRef);
    if (kept) {
      this.#kept.set(entityRef, kept);
    }
  }

  async #make(
    asked: EntityClaims[],
    moment: Moment,
  ): Promise<Map<string, Kept>> {
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
    const made = new Map<string, Kept>();
    let rows = 0;
    for (const claims of entities) {
      const wanted = candidates.get(claims.entityRef) ?? [];
      const members = mappedOf(wanted, claims, moment.estate).map(
        ({ application }) => application,
      );
      made.set(claims.entityRef, this.#rollUp(claims, members, moment));
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
    claims: EntityClaims,
    members: SeenApplication[],
    { id, estate, revisions }: Moment,
  ): Kept {
    const { applications, claims: ofClaims } = revisions;
    const seen = { moment: id, applications, claims: ofClaims };
    const source = digestOf(
      JSON.stringify(claims),
      ...members.map(({ stamp }) => stamp).sort(),
    );
    const known = this.#kept.get(claims.entityRef);
    if (known?.source === source && known.basis === basisOf(known, estate)) {
      return { ...known, seen };
    }
    const read = members.map(member => member.read());
    const { rollup, hubs } = entityRows(bareRowsOf(read, estate), {
      claims,
      estate,
    });
    const names = {
      hubs: hubs.map(({ config }) => config.name),
      dependsOn: clustersNamedBy(read),
    };
    return { seen, source, basis: basisOf(names, estate), ...names, rollup };
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

function sizeOf({ rollup, hubs, dependsOn, source, basis }: Kept): number {
  return (
    JSON.stringify(rollup).length * 2 +
    (hubs.length + dependsOn.length) * NAME_BYTES +
    source.length +
    basis.length
  );
}
