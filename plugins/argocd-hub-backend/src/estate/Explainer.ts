import { setImmediate } from 'node:timers/promises';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { EntityExplanation } from 'backstage-plugin-argocd-hub-common';
import { z } from 'zod';
import type { Estate } from './Estate';
import { decodeCursor, encodeCursor, MAX_PAGE } from './paging';
import type { StoredApplication } from '../store/ApplicationStore';
import type { ApplicationSetKey } from '../store/ApplicationSetStore';
import type { EntityClaims } from '../store/ClaimStore';
import type { Store } from '../store/Store';
import type { Claims } from '../mapping/Claims';
import { followable, selectionsOf } from './followableClaims';
import { explainEntity } from '../mapping/explain/explainEntity';
import { madeBy } from '../mapping/explain/madeBy';
import {
  type FollowedRule,
  followRules,
  takenByAny,
} from '../mapping/explain/following';
import { hubLimit } from '../mapping/explain/hubs';
import { probesOf } from '../mapping/explain/probes';
import {
  type RelevantSet,
  relevantSets,
  setNamesOf,
} from '../mapping/explain/sets';
import type { Visible } from '../mapping/explain/Visible';

const position = z.object({ hub: z.string(), name: z.string() });
/** Of what a probe finds beyond what the entity has. */
const FOUND_PER_PROBE = 20;
/** Names of sets that are looked up. */
const MOST_SET_NAMES = 200;
/** Of what one of them made. */
const MOST_OF_SET = 1_000;

/** Reads what an explanation is made of; how it is made is `explainEntity`. */
export class Explainer {
  readonly #claims: Claims;
  readonly #store: Store;
  readonly #most: number | undefined;

  constructor(options: {
    claims: Claims;
    store: Store;
    /** Applications that one entity may have. Default: MOST_APPLICATIONS. */
    most?: number;
  }) {
    this.#claims = options.claims;
    this.#store = options.store;
    this.#most = options.most;
  }

  /** Undefined when the catalog does not show the entity. */
  async explain(
    entityRef: string,
    options: {
      credentials: BackstageCredentials;
      estate: Estate;
      visible: Visible;
      /** Only this hub. */
      hub?: string;
      /** Only this cluster. */
      cluster?: string;
      cursor?: string;
    },
  ): Promise<EntityExplanation | undefined> {
    const { estate, visible } = options;
    const after = decodeCursor(position, options.cursor);
    const asked = await this.#claims.of(entityRef, options.credentials);
    if (!asked) {
      return undefined;
    }
    const { mapping, clusterLabels } = estate.config;
    const claims = await followable(asked, {
      applications: this.#store.applications,
      config: mapping,
      most: this.#most,
    });
    const followed = await this.#follow(claims, estate);
    const taken = takenByAny(followed);
    const { hubs, unknownHubs } = scopeOf({ claims, taken, estate });
    const inScope = new Set(hubs.map(({ status }) => status.name));
    const sets = await this.#sets(claims, taken, inScope);
    const { explanation, last } = explainEntity(
      {
        ...{ claims, followed, hubs, unknownHubs, visible, sets },
        config: mapping,
        environmentLabel: clusterLabels.environment,
        candidates: await this.#candidates({ claims, followed, sets, estate }),
        projects: await this.#projects(inScope),
        clusters: estate
          .clusters()
          .map(({ record }) => record)
          .filter(({ hub }) => inScope.has(hub)),
      },
      {
        limit: MAX_PAGE,
        isWanted: ({ hub, name }) =>
          (options.hub === undefined || hub === options.hub) &&
          (options.cluster === undefined || name === options.cluster) &&
          (!after ||
            hub > after.hub ||
            (hub === after.hub && name > after.name)),
      },
    );
    return {
      ...explanation,
      ...(last && {
        nextCursor: encodeCursor({ hub: last.hub, name: last.name }),
      }),
    };
  }

  async #follow(claims: EntityClaims, estate: Estate): Promise<FollowedRule[]> {
    const applications = await this.#store.applications.select(
      ...selectionsOf(claims),
    );
    return followRules(
      claims,
      applications.filter(({ hub }) => estate.hub(hub)),
      estate.config.mapping,
    );
  }

  /** One question after the other: nobody waits for this, and others do for the database. */
  async #candidates(options: {
    claims: EntityClaims;
    followed: FollowedRule[];
    sets: RelevantSet[];
    estate: Estate;
  }): Promise<StoredApplication[]> {
    const { claims, followed, sets, estate } = options;
    const found = new Map<string, StoredApplication>();
    const add = (applications: StoredApplication[]) =>
      applications
        .filter(({ hub }) => estate.hub(hub))
        .forEach(each =>
          found.set(`${each.hub}\n${each.namespace}\n${each.name}`, each),
        );
    const { applications } = this.#store;
    followed.forEach(({ withheld }) => add(withheld));
    for (const { record } of sets) {
      add(await applications.first([madeBy(record)], { limit: MOST_OF_SET }));
    }
    const had = Math.min(takenByAny(followed).length, MAX_PAGE);
    const limit = had + FOUND_PER_PROBE;
    for (const probe of probesOf(claims, estate.config.mapping)) {
      add(await applications.first([probe], { limit }));
      // SQLite answers in the same turn of the event loop: others get theirs.
      await setImmediate();
    }
    return [...found.values()];
  }

  async #sets(
    claims: EntityClaims,
    taken: StoredApplication[],
    inScope: ReadonlySet<string>,
  ): Promise<RelevantSet[]> {
    const names = [...setNamesOf(claims, taken)].slice(0, MOST_SET_NAMES);
    const found = await Promise.all(
      names.map(name => this.#store.applicationSets.list({ name })),
    );
    const sets = found.flat().filter(({ hub }) => inScope.has(hub));
    return Promise.all(
      relevantSets({ claims, taken, sets }).map(async set => ({
        ...set,
        occupied: await this.#occupied(set.record),
      })),
    );
  }

  async #occupied(set: ApplicationSetKey): Promise<Set<string>> {
    const places = await this.#store.applications.places([madeBy(set)]);
    return new Set(
      places.flatMap(({ cluster }) => ('name' in cluster ? cluster.name : [])),
    );
  }

  async #projects(inScope: ReadonlySet<string>) {
    const found = await Promise.all(
      [...inScope].map(hub => this.#store.projects.list({ hub })),
    );
    return found.flat();
  }
}

/** The hubs that the entity may have something on, and those where it has. */
function scopeOf(options: {
  claims: EntityClaims;
  taken: StoredApplication[];
  estate: Estate;
}) {
  const { claims, taken, estate } = options;
  const limit = hubLimit(claims, estate.config.mapping);
  const withRows = new Set(taken.map(({ hub }) => hub));
  const named = claims.claims.flatMap(({ selection }) => selection.hubs ?? []);
  return {
    hubs: estate
      .hubs()
      .filter(
        ({ config: { name } }) =>
          !limit || limit.has(name) || withRows.has(name),
      ),
    unknownHubs: [...new Set(named)].filter(hub => !estate.hub(hub)).sort(),
  };
}
