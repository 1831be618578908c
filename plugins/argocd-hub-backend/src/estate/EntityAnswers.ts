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
import { basisOf } from './entityRows';
import { followable, selectionsOf } from './followableClaims';
import type { Estate } from './Estate';
import type { EstateReader, Moment } from './EstateReader';
import { type GzipHead, gzipHead, gzipOf } from './gzip';
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

interface Kept {
  /** When it was last found to be true. */
  seen: { moment: number; applications: string; claims: string };
  claims: EntityClaims;
  /** What of its claims could be followed. */
  followed: EntityClaims;
  isStored: boolean;
  /** Of the applications. */
  digest: string;
  /** Of clusters and hubs that decided about its rows. */
  basis: string;
  parts: Omit<AnswerParts, 'head'>;
  compressedHead: GzipHead;
  tailDigest: string;
  answer: Answer;
}

/**
 * Answers for entities, made once and kept as long as they are true. Nothing of
 * an answer depends on who asks; who may ask is decided before.
 *
 * It is asked of each: what its entity claims, what these claims select, what is
 * believed of its clusters and hubs, and whether its commits have come. While
 * the revisions stay the same, nothing of that can differ and no query is made.
 */
export class EntityAnswers {
  readonly #claims: Claims;
  readonly #changeKeys: ChangeKeys;
  readonly #estates: EstateReader;
  readonly #store: Store;
  readonly #most: number | undefined;
  readonly #kept: LRUCache<string, Kept>;
  readonly #making = new Map<string, { moment: number; made: Promise<Kept> }>();

  constructor(options: {
    claims: Claims;
    changeKeys: ChangeKeys;
    estates: EstateReader;
    store: Store;
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
    this.#kept = new LRUCache({
      maxSize: options.maxBytes ?? MAX_BYTES,
      sizeCalculation: sizeOf,
    });
  }

  /** How many bytes are kept, about. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** The first page; undefined when the catalog does not show the entity. */
  async first(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<Answer | undefined> {
    const moment = await this.#estates.moment();
    const kept = this.#kept.get(entityRef);
    if (
      kept?.isStored &&
      kept.seen.moment === moment.id &&
      !(await hasCommitsFor(kept, moment.estate))
    ) {
      return kept.answer;
    }
    const stored = await this.#storedClaims(entityRef, moment, kept);
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
    const kept = this.#kept.get(entityRef);
    return kept?.isStored && isTrueAt(kept, moment)
      ? kept.parts.rollup
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

  async #storedClaims(
    entityRef: string,
    { revisions }: Moment,
    kept: Kept | undefined,
  ): Promise<EntityClaims | undefined> {
    return kept?.isStored && kept.seen.claims === revisions.claims
      ? kept.claims
      : this.#store.claims.get(entityRef);
  }

  /** Who asks for the same at the same moment waits for the same. */
  async #share(
    entityRef: string,
    { moment, claims }: { moment: Moment; claims: EntityClaims },
  ): Promise<Kept> {
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

  async #renew(entityRef: string, asked: Asked): Promise<Kept> {
    const before = this.#kept.get(entityRef);
    const known =
      before && isSameClaim(before.claims, asked.claims) ? before : undefined;
    const renewed =
      (known && (await this.#confirmed(known, asked))) ??
      (await this.#made(entityRef, asked));
    this.#kept.set(entityRef, renewed);
    return renewed;
  }

  /** What is kept, with newer times, unless it says something else by now. */
  async #confirmed(known: Kept, asked: Asked): Promise<Kept | undefined> {
    const { estate, revisions } = asked.moment;
    if (
      known.basis !== basisOf(known.parts, estate) ||
      (await hasCommitsFor(known, estate))
    ) {
      return undefined;
    }
    if (known.seen.applications !== revisions.applications) {
      const followed = await this.#followable(asked.claims, estate);
      if (!isSameClaim(known.followed, followed)) {
        return undefined;
      }
      const { applications } = await this.#store.applications.selectUnless(
        known.digest,
        selectionsOf(followed),
      );
      if (applications) {
        return undefined;
      }
    }
    const tail = tailOf(known.parts, estate);
    const answer =
      digestOf(tail) === known.tailDigest
        ? known.answer
        : { ...known.answer, gzip: gzipOf(known.compressedHead, tail) };
    return { ...known, ...seenBy(asked), tailDigest: digestOf(tail), answer };
  }

  async #made(entityRef: string, asked: Asked): Promise<Kept> {
    const { claims, moment } = asked;
    const followed = await this.#followable(claims, moment.estate);
    const { digest, applications = [] } =
      await this.#store.applications.selectUnless(
        undefined,
        selectionsOf(followed),
      );
    const { head, ...parts } = await entityDeployments({
      claims: followed,
      changeKey: await this.#changeKeys.of(entityRef),
      estate: moment.estate,
      applications,
    });
    const compressedHead = await gzipHead(head);
    const tail = tailOf(parts, moment.estate);
    return {
      ...seenBy(asked),
      followed,
      digest,
      basis: basisOf(parts, moment.estate),
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

function seenBy({ moment, claims, isStored }: Asked) {
  const { id, revisions } = moment;
  const { applications, claims: ofClaims } = revisions;
  const seen = { moment: id, applications, claims: ofClaims };
  return { seen, claims, isStored };
}

/** As far as can be told without a question to the database. Commits come later, and say nothing of states. */
function isTrueAt(
  { seen, parts, basis }: Kept,
  { id, estate, revisions }: Moment,
): boolean {
  return (
    seen.moment === id ||
    (seen.applications === revisions.applications &&
      seen.claims === revisions.claims &&
      basis === basisOf(parts, estate))
  );
}

function isSameClaim(one: EntityClaims, other: EntityClaims): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

async function hasCommitsFor(
  { parts: { missing } }: Kept,
  { commits }: Estate,
): Promise<boolean> {
  return missing.length > 0 && (await commits.get(missing)).size > 0;
}

function sizeOf({ answer, compressedHead, parts, claims }: Kept): number {
  const { clusters, hubs, dependsOn, missing } = parts;
  const named =
    clusters.length + hubs.length + dependsOn.length + missing.length;
  return (
    answer.gzip.length +
    compressedHead.deflated.length +
    named * NAME_BYTES +
    ROLLUP_BYTES +
    JSON.stringify(claims).length * 2
  );
}
