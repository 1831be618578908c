import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { Rollup } from 'backstage-plugin-argocd-hub-common';
import { LRUCache } from 'lru-cache';
import type { ChangeKeys } from '../mapping/ChangeKeys';
import type { Claims } from '../mapping/Claims';
import type { EntityClaims } from '../store/ClaimStore';
import type { Store } from '../store/Store';
import {
  type AnswerParts,
  entityDeployments,
  tailOf,
} from './entityDeployments';
import { ApplicationChanges } from './ApplicationChanges';
import { followable, selectionsOf } from './followableClaims';
import type { Estate } from './Estate';
import type { EstateReader, Moment } from './EstateReader';
import { type GzipHead, gzipHead, gzipOf } from './gzip';
import { Seen } from './Seen';
import { digestOf } from './version';

/** Bytes of all answers that are kept: some 4 kB for ten deployments, 16 kB for fifty. */
const MAX_BYTES = 64 * 1024 * 1024;
const NAME_BYTES = 150;
/** A roll-up names at most five offenders. */
const ROLLUP_BYTES = 1_500;

/** JSON that is compressed already, as most will ask for it. */
export interface Answer {
  version: string;
  gzip: Buffer;
}

/** What is asked for, and when. */
interface Asked {
  moment: Moment;
  claims: EntityClaims;
  /** Others may read another entity in the catalog than who asked for this. */
  isStored: boolean;
}

/** An answer with all that is needed to tell it again with newer times. */
interface KnownAnswer {
  seen: Seen;
  isStored: boolean;
  /** Of the applications. */
  digest: string;
  parts: Omit<AnswerParts, 'head' | 'applications'>;
  compressedHead: GzipHead;
  tailDigest: string;
  answer: Answer;
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
  readonly #making = new Map<
    string,
    { moment: number; made: Promise<KnownAnswer> }
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
    const moment = await this.#estates.moment();
    const known = this.#known.get(entityRef);
    if (
      known?.isStored &&
      known.seen.isOf(moment) &&
      !(await hasCommitsFor(known, moment.estate))
    ) {
      return known.answer;
    }
    const stored =
      known?.isStored && known.seen.hasClaimsOf(moment)
        ? known.seen.claims
        : await this.#store.claims.get(entityRef);
    if (stored) {
      return (await this.#share(entityRef, { moment, claims: stored })).answer;
    }
    const claims = await this.#claims.ofUnmapped(entityRef, credentials);
    return (
      claims &&
      (await this.#renew(entityRef, { moment, claims, isStored: false })).answer
    );
  }

  /** The roll-up of what is kept; undefined where it may be another by now. */
  rollup(entityRef: string, moment: Moment): Rollup | undefined {
    const known = this.#known.get(entityRef);
    return known?.isStored && known.seen.isTrueAt(moment)
      ? known.parts.rollup
      : undefined;
  }

  /** A page that is seldom asked for: made anew each time. */
  async next(
    entityRef: string,
    credentials: BackstageCredentials,
    cursor: string,
  ): Promise<Answer | undefined> {
    const { estate } = await this.#estates.moment();
    const claims =
      (await this.#store.claims.get(entityRef)) ??
      (await this.#claims.ofUnmapped(entityRef, credentials));
    if (!claims) {
      return undefined;
    }
    const followed = await this.#followable(claims, estate);
    const parts = await entityDeployments({
      claims: followed,
      changeKey: await this.#changeKeys.of(entityRef),
      estate,
      applications: await this.#store.applications.select(
        ...selectionsOf(followed),
      ),
      cursor,
    });
    const { version, head } = parts;
    const gzip = gzipOf(await gzipHead(head), tailOf(parts, estate));
    return { version, gzip };
  }

  /** Who asks for the same at the same moment waits for the same. */
  async #share(
    entityRef: string,
    { moment, claims }: { moment: Moment; claims: EntityClaims },
  ): Promise<KnownAnswer> {
    const making = this.#making.get(entityRef);
    if (making?.moment === moment.id) {
      return making.made;
    }
    const made = this.#renew(entityRef, { moment, claims, isStored: true });
    const own = { moment: moment.id, made };
    this.#making.set(entityRef, own);
    try {
      return await made;
    } finally {
      if (this.#making.get(entityRef) === own) {
        this.#making.delete(entityRef);
      }
    }
  }

  async #renew(entityRef: string, asked: Asked): Promise<KnownAnswer> {
    const known = this.#known.get(entityRef);
    const renewed =
      (known && (await this.#confirmed(known, asked))) ??
      (await this.#made(entityRef, asked));
    this.#known.set(entityRef, renewed);
    return renewed;
  }

  /** What is kept, with newer times, unless it says something else by now. */
  async #confirmed(
    known: KnownAnswer,
    { moment, claims, isStored }: Asked,
  ): Promise<KnownAnswer | undefined> {
    const { estate } = moment;
    if (
      !known.seen.claimsTheSame(claims) ||
      !known.seen.hasBasisOf(moment) ||
      (await hasCommitsFor(known, estate)) ||
      !(await this.#hasSameApplications(known, moment))
    ) {
      return undefined;
    }
    const tail = tailOf(known.parts, estate);
    const tailDigest = digestOf(tail);
    const answer =
      tailDigest === known.tailDigest
        ? known.answer
        : { ...known.answer, gzip: gzipOf(known.compressedHead, tail) };
    const seen = known.seen.again(moment);
    return { ...known, seen, isStored, tailDigest, answer };
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
    if (!isSameClaim(seen.followed, followed)) {
      return false;
    }
    const { applications } = await this.#store.applications.selectUnless(
      digest,
      selectionsOf(followed),
    );
    return !applications;
  }

  async #made(entityRef: string, asked: Asked): Promise<KnownAnswer> {
    const { claims, moment, isStored } = asked;
    const followed = await this.#followable(claims, moment.estate);
    const { digest, applications: selected = [] } =
      await this.#store.applications.selectUnless(
        undefined,
        selectionsOf(followed),
      );
    const { head, applications, ...parts } = await entityDeployments({
      claims: followed,
      changeKey: await this.#changeKeys.of(entityRef),
      estate: moment.estate,
      applications: selected,
    });
    const compressedHead = await gzipHead(head);
    const tail = tailOf(parts, moment.estate);
    return {
      seen: Seen.at(moment, { claims, followed, applications, ...parts }),
      isStored,
      digest,
      parts,
      compressedHead,
      tailDigest: digestOf(tail),
      answer: { version: parts.version, gzip: gzipOf(compressedHead, tail) },
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

function isSameClaim(one: EntityClaims, other: EntityClaims): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

async function hasCommitsFor(
  { parts: { missing } }: KnownAnswer,
  { commits }: Estate,
): Promise<boolean> {
  return missing.length > 0 && (await commits.get(missing)).size > 0;
}

function sizeOf({ answer, compressedHead, parts, seen }: KnownAnswer): number {
  const named = parts.clusters.length + parts.missing.length + seen.names;
  return (
    answer.gzip.length +
    compressedHead.deflated.length +
    named * NAME_BYTES +
    ROLLUP_BYTES +
    JSON.stringify(seen.claims).length * 2
  );
}
