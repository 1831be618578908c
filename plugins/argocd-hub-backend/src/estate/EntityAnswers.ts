import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { Rollup } from 'backstage-plugin-argocd-hub-common';
import { LRUCache } from 'lru-cache';
import type { ChangeKeys } from '../mapping/ChangeKeys';
import type { Claims } from '../mapping/Claims';
import type { EntityClaims } from '../store/ClaimStore';
import type { Store } from '../store/Store';
import { type Answer, AnswerPage } from './AnswerPage';
import { ApplicationChanges } from './ApplicationChanges';
import { entityDeployments } from './entityDeployments';
import { followable, selectionsOf } from './followableClaims';
import type { Estate } from './Estate';
import type { EstateReader, Moment } from './EstateReader';
import {
  FIRST_PAGE,
  hasCommitsFor,
  isMadeOfSame,
  type KnownAnswer,
  pagesWith,
  sizeOf,
} from './KnownAnswer';
import { Seen } from './Seen';

/** Bytes of all answers that are kept: some 4 kB for ten deployments, 16 kB for fifty. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What is asked for, and when. */
interface Asked {
  moment: Moment;
  claims: EntityClaims;
  /** FIRST_PAGE for the first. */
  cursor: string;
  /** Others may read another entity in the catalog than who asked for this. */
  isStored: boolean;
}

/** A page, and what it was made of. */
interface Made {
  known: Omit<KnownAnswer, 'pages'>;
  page: AnswerPage;
}

/**
 * Answers for entities, made once and kept as long as they are true, which
 * `Seen` tells, and until more of their commits have come. Nothing of an answer
 * depends on who asks; who may ask is decided before.
 */
export class EntityAnswers {
  readonly #claims: Claims;
  readonly #changeKeys: ChangeKeys;
  readonly #estates: EstateReader;
  readonly #store: Store;
  readonly #most: number | undefined;
  readonly #changes: ApplicationChanges;
  readonly #known: LRUCache<string, KnownAnswer>;
  /** By entity and cursor. */
  readonly #making = new Map<
    string,
    { moment: number; answer: Promise<Answer> }
  >();

  constructor(options: {
    claims: Claims;
    changeKeys: ChangeKeys;
    estates: EstateReader;
    store: Store;
    /** Shared with others who ask for them. Default: its own. */
    changes?: ApplicationChanges;
    /** Applications that one entity may have. Default: MOST_APPLICATIONS. */
    most?: number;
    /** How much is kept, in bytes. Default: 64 MiB. */
    maxBytes?: number;
  }) {
    this.#claims = options.claims;
    this.#changeKeys = options.changeKeys;
    this.#estates = options.estates;
    this.#store = options.store;
    this.#most = options.most;
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

  /** The first page; undefined when the catalog does not show the entity. */
  async first(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<Answer | undefined> {
    return this.#page(entityRef, { credentials, cursor: FIRST_PAGE });
  }

  /**
   * The page after the one that ended with this cursor.
   *
   * @throws InputError when it is none of ours
   */
  async next(
    entityRef: string,
    credentials: BackstageCredentials,
    cursor: string,
  ): Promise<Answer | undefined> {
    return this.#page(entityRef, { credentials, cursor });
  }

  /** The roll-up of what is kept; undefined where it may be another by now. */
  rollup(entityRef: string, moment: Moment): Rollup | undefined {
    const known = this.#known.get(entityRef);
    return known?.isStored && known.seen.isTrueAt(moment)
      ? known.rollup
      : undefined;
  }

  async #page(
    entityRef: string,
    by: { credentials: BackstageCredentials; cursor: string },
  ): Promise<Answer | undefined> {
    const { credentials, cursor } = by;
    const moment = await this.#estates.moment();
    const known = this.#known.get(entityRef);
    const page = known?.pages.get(cursor);
    if (
      known?.isStored &&
      known.seen.isOf(moment) &&
      page?.isOf(moment) &&
      !(await hasCommitsFor(known, moment.estate))
    ) {
      return page.answer;
    }
    const stored =
      known?.isStored && known.seen.hasClaimsOf(moment)
        ? known.seen.claims
        : await this.#store.claims.get(entityRef);
    const asked = { moment, cursor };
    if (stored) {
      return this.#share(entityRef, { ...asked, claims: stored });
    }
    const claims = await this.#claims.ofUnmapped(entityRef, credentials);
    return (
      claims && this.#renew(entityRef, { ...asked, claims, isStored: false })
    );
  }

  /** Who asks for the same at the same moment waits for the same. */
  async #share(
    entityRef: string,
    asked: Omit<Asked, 'isStored'>,
  ): Promise<Answer> {
    const key = `${entityRef}\n${asked.cursor}`;
    const making = this.#making.get(key);
    if (making?.moment === asked.moment.id) {
      return making.answer;
    }
    const answer = this.#renew(entityRef, { ...asked, isStored: true });
    const own = { moment: asked.moment.id, answer };
    this.#making.set(key, own);
    try {
      return await answer;
    } finally {
      if (this.#making.get(key) === own) {
        this.#making.delete(key);
      }
    }
  }

  async #renew(entityRef: string, asked: Asked): Promise<Answer> {
    const { cursor, moment } = asked;
    const { known, page } =
      (await this.#confirmed(entityRef, asked)) ??
      (await this.#made(entityRef, asked));
    // Meanwhile another page may have come.
    const kept = this.#known.get(entityRef);
    const others =
      kept && isMadeOfSame(kept, known, moment) ? kept.pages : undefined;
    const pages = pagesWith(others, cursor, page);
    this.#known.set(entityRef, { ...known, pages });
    return page.answer;
  }

  /** What is kept, with newer times, unless it says something else by now. */
  async #confirmed(
    entityRef: string,
    { moment, claims, cursor, isStored }: Asked,
  ): Promise<Made | undefined> {
    const { estate } = moment;
    const known = this.#known.get(entityRef);
    const page = known?.pages.get(cursor);
    if (
      !known ||
      !page ||
      !known.seen.claimsTheSame(claims) ||
      !known.seen.hasBasisOf(moment) ||
      (await hasCommitsFor(known, estate)) ||
      !(await this.#hasSameApplications(known, moment))
    ) {
      return undefined;
    }
    const seen = known.seen.again(moment);
    return { known: { ...known, seen, isStored }, page: page.at(moment) };
  }

  async #hasSameApplications(
    { seen, digest }: KnownAnswer,
    moment: Moment,
  ): Promise<boolean> {
    const isTouched = seen.isTouchedBy(
      await this.#changes.between(seen.revisions.applications, moment),
    );
    if (isTouched !== undefined) {
      return !isTouched;
    }
    const followed = await this.#followable(seen.claims, moment.estate);
    if (!seen.followsTheSame(followed)) {
      return false;
    }
    const { applications } = await this.#store.applications.selectUnless(
      digest,
      selectionsOf(followed),
    );
    return !applications;
  }

  async #made(entityRef: string, asked: Asked): Promise<Made> {
    const { claims, moment, cursor, isStored } = asked;
    const followed = await this.#followable(claims, moment.estate);
    const { digest, applications: selected = [] } =
      await this.#store.applications.selectUnless(
        undefined,
        selectionsOf(followed),
      );
    const parts = await entityDeployments({
      claims: followed,
      changeKey: await this.#changeKeys.of(entityRef),
      estate: moment.estate,
      applications: selected,
      ...(cursor !== FIRST_PAGE && { cursor }),
    });
    const { rollup, missing, applications, hubs, dependsOn } = parts;
    const source = { claims, followed, applications, hubs, dependsOn };
    const seen = Seen.at(moment, source);
    return {
      known: { seen, isStored, digest, rollup, missing },
      page: await AnswerPage.of(parts, moment),
    };
  }

  async #followable(
    claims: EntityClaims,
    estate: Estate,
  ): Promise<EntityClaims> {
    return followable(claims, {
      applications: this.#store.applications,
      config: estate.config.mapping,
      most: this.#most,
    });
  }
}

const decompress = promisify(gunzip);

/** For the few who do not take it compressed. */
export async function plain({ gzip }: Answer): Promise<Buffer> {
  return decompress(gzip);
}
