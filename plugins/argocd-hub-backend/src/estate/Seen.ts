import { selects } from '../mapping/ClaimIndex';
import type { EntityClaims } from '../store/ClaimStore';
import type { ClusterName } from '../store/ClusterStore';
import { keyInHub } from '../store/objectKeys';
import { idOf, type WrittenApplication } from './ApplicationChanges';
import { basisOf } from './entityRows';
import type { Estate } from './Estate';
import type { Moment } from './EstateReader';

/** What something that is kept about an entity was made of. */
export interface Source {
  claims: EntityClaims;
  /** What of its claims could be followed: the same object where all could. */
  followed: EntityClaims;
  /** All applications that belong to it. */
  applications: { hub: string; namespace: string; name: string }[];
  /** Names of all hubs that decided about it. */
  hubs: string[];
  /** All clusters that did, also those that are not there. */
  dependsOn: ClusterName[];
}

/** What the moments of one source have in common. */
interface Known extends Omit<Source, 'applications'> {
  /** Another one means that what is believed of its hubs and clusters differs. */
  basis: string;
  applications: ReadonlySet<string>;
}

/**
 * When something that is kept about an entity was last found to be true, and
 * the one rule for how long it stays so. It is true as long as
 *
 * 1. the entity claims the same,
 * 2. no application was written that belongs to it, or that its claims take,
 * 3. the same is believed of the hubs and clusters that decided about it.
 *
 * While the revision of the claims, or of the applications, is the same, nothing
 * of that part was written. Commits come later; they say nothing of states and
 * are for those who show them.
 */
export class Seen {
  /** Of applications and claims, as `RevisionStore.current` tells them. */
  readonly revisions: { applications: string; claims: string };
  readonly #moment: number;
  /** Of that moment; nobody holds on to one that is over. */
  readonly #estate: WeakRef<Estate>;
  readonly #known: Known;

  private constructor(moment: Moment, known: Known) {
    const { applications, claims } = moment.revisions;
    this.revisions = { applications, claims };
    this.#moment = moment.id;
    this.#estate = new WeakRef(moment.estate);
    this.#known = known;
  }

  /** @param source - as it was read at this moment, or later */
  static at(
    moment: Moment,
    { claims, followed, applications, hubs, dependsOn }: Source,
  ): Seen {
    return new Seen(moment, {
      ...{ claims, followed, hubs, dependsOn },
      basis: basisOf({ hubs, dependsOn }, moment.estate),
      applications: new Set(
        applications.map(application =>
          idOf({ hub: application.hub, key: keyInHub(application) }),
        ),
      ),
    });
  }

  /** What the entity claimed. */
  get claims(): EntityClaims {
    return this.#known.claims;
  }

  get followed(): EntityClaims {
    return this.#known.followed;
  }

  /** How many names it holds, about: for what it takes in memory. */
  get names(): number {
    const { applications, hubs, dependsOn } = this.#known;
    return applications.size + hubs.length + dependsOn.length;
  }

  /** The same, found to be true at another moment. */
  again(moment: Moment): Seen {
    return moment.id === this.#moment ? this : new Seen(moment, this.#known);
  }

  isOf(moment: Moment): boolean {
    return this.#moment === moment.id;
  }

  /** As far as can be told without a question to the database: false where it may be true. */
  isTrueAt(moment: Moment): boolean {
    const { applications } = moment.revisions;
    return (
      this.isOf(moment) ||
      (this.revisions.applications === applications &&
        this.hasClaimsOf(moment) &&
        this.hasBasisOf(moment))
    );
  }

  /** That the entity claims the same then: false where it must be asked. */
  hasClaimsOf({ revisions }: Moment): boolean {
    return this.revisions.claims === revisions.claims;
  }

  claimsTheSame(claims: EntityClaims): boolean {
    return isSame(this.#known.claims, claims);
  }

  /** That the same of its claims can be followed. */
  followsTheSame(followed: EntityClaims): boolean {
    return isSame(this.#known.followed, followed);
  }

  /** That the same is believed of hubs and clusters. */
  hasBasisOf({ estate }: Moment): boolean {
    return (
      this.#estate.deref() === estate ||
      this.#known.basis === basisOf(this.#known, estate)
    );
  }

  /**
   * Whether what was written of applications since can make a difference.
   * Undefined where that cannot be told: not all was remembered, or of claims
   * that take too much nothing is known.
   */
  isTouchedBy(changes: WrittenApplication[] | undefined): boolean | undefined {
    const { claims, followed } = this.#known;
    return changes && followed === claims
      ? changes.some(change => this.#isTouched(change))
      : undefined;
  }

  #isTouched({ id, now }: WrittenApplication): boolean {
    const { applications, claims } = this.#known;
    return (
      applications.has(id) ||
      (now !== undefined &&
        claims.claims.some(({ selection }) => selects(selection, now)))
    );
  }
}

function isSame(one: EntityClaims, other: EntityClaims): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
