import { setImmediate } from 'node:timers/promises';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { EntityExplanation } from 'backstage-plugin-argocd-hub-common';
import { z } from 'zod';
import { shownLabels } from '../estate/clusterSummary';
import type { Estate } from '../estate/Estate';
import { hubsInScope, unknownHubs } from '../estate/hubsInScope';
import { decodeCursor, encodeCursor, MAX_PAGE } from '../paging';
import type {
  ApplicationSelection,
  StoredApplication,
} from '../store/ApplicationStore';
import type { EntityClaims } from '../store/ClaimStore';
import type { ProjectRecord } from '../store/ProjectStore';
import type { Store } from '../store/Store';
import type { Claims } from '../mapping/Claims';
import { followable, selectionsOf } from '../estate/followableClaims';
import { type Evidence, explainEntity } from './explainEntity';
import { madeBy } from './madeBy';
import { type FollowedRule, followRules, takenByAny } from './following';
import { probesOf } from './probes';
import { RelevantSets, type SetWithMade } from './RelevantSets';
import type { VisibleClusters } from '../permissions/VisibleClusters';
import { objectKey } from '../store/objectKeys';

const position = z.strictObject({ hub: z.string(), name: z.string() });
/** Of what a probe finds beyond what the entity has. */
const FOUND_PER_PROBE = 20;
/** Of what sets made, of all together. */
const MOST_OF_SETS = 1_000;

/** Reads what an explanation is made of; how it is made is `explainEntity`. */
export class Explainer {
  readonly #claims: Claims;
  readonly #sets: RelevantSets;
  readonly #store: Store;
  readonly #most: number | undefined;

  constructor(options: {
    claims: Claims;
    store: Store;
    /** Applications that one entity may have. Default: MOST_APPLICATIONS. */
    most?: number;
  }) {
    this.#claims = options.claims;
    this.#sets = new RelevantSets(options);
    this.#store = options.store;
    this.#most = options.most;
  }

  /** Undefined when the catalog does not show the entity. */
  async explain(
    entityRef: string,
    options: {
      credentials: BackstageCredentials;
      estate: Estate;
      visible: VisibleClusters;
      /** Only this hub. */
      hub?: string;
      /** Only this cluster. */
      cluster?: string;
      cursor?: string;
    },
  ): Promise<EntityExplanation | undefined> {
    const { estate, visible } = options;
    const after = decodeCursor('explanation', position, options.cursor);
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
    const hubs = hubsInScope(claims, { has: taken, estate });
    const inScope = new Set(hubs.map(({ status }) => status.name));
    const clusters = estate
      .clusters()
      .map(({ record }) => record)
      .filter(({ hub }) => inScope.has(hub));
    const { sets, moreSets } = await this.#sets.read({
      ...{ claims, followed, inScope },
      onlooker: { visible, clusters, taken },
    });
    const { explanation, last } = explainEntity(
      {
        ...{ claims, followed, hubs, visible, sets, moreSets, clusters },
        unknownHubs: unknownHubs(claims, estate),
        config: mapping,
        environmentLabel: clusterLabels.environment,
        shownLabels: shownLabels(estate.config),
        ...(await this.#candidates({ claims, followed, sets, estate })),
        projects: await this.#projects(inScope),
      },
      {
        limit: MAX_PAGE,
        after,
        isWanted: ({ hub, name }) =>
          (options.hub === undefined || hub === options.hub) &&
          (options.cluster === undefined || name === options.cluster),
      },
    );
    return {
      ...explanation,
      ...(last && {
        nextCursor: encodeCursor('explanation', {
          hub: last.hub,
          name: last.name,
        }),
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
    sets: SetWithMade[];
    estate: Estate;
  }): Promise<Pick<Evidence, 'candidates' | 'moreCandidates'>> {
    const { claims, followed, sets, estate } = options;
    const found = new Map<string, StoredApplication>();
    const add = (applications: StoredApplication[]) =>
      applications
        .filter(({ hub }) => estate.hub(hub))
        .forEach(each => found.set(objectKey(each), each));
    followed.forEach(({ withheld }) => add(withheld));
    let room = MOST_OF_SETS;
    let moreCandidates = false;
    for (const { record } of sets.filter(({ hasOthers }) => hasOthers)) {
      const made = await this.#first(madeBy(record), room);
      add(made.applications);
      room -= made.applications.length;
      if (made.areMore) {
        moreCandidates = true;
        break;
      }
    }
    const had = Math.min(takenByAny(followed).length, MAX_PAGE);
    const limit = had + FOUND_PER_PROBE;
    for (const probe of probesOf(claims, estate.config.mapping)) {
      const some = await this.#first(probe, limit);
      add(some.applications);
      moreCandidates ||= some.areMore;
      // SQLite answers in the same turn of the event loop: others get theirs.
      await setImmediate();
    }
    return { candidates: [...found.values()], moreCandidates };
  }

  async #first(
    selection: ApplicationSelection,
    limit: number,
  ): Promise<{ applications: StoredApplication[]; areMore: boolean }> {
    const found = await this.#store.applications.first([selection], {
      limit: limit + 1,
    });
    return {
      applications: found.slice(0, limit),
      areMore: found.length > limit,
    };
  }

  async #projects(inScope: ReadonlySet<string>): Promise<ProjectRecord[]> {
    const found: ProjectRecord[] = [];
    for (const hub of inScope) {
      found.push(...(await this.#store.projects.list({ hub })));
    }
    return found;
  }
}
