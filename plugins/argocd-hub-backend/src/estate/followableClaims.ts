import { type MappingConfig, namesEntity } from '../mapping/claimsOf';
import type { ApplicationStore } from '../store/ApplicationStore';
import type { Claim, EntityClaims } from '../store/ClaimStore';

/** Applications of one entity; all of them are read and sorted whenever one differs. */
export const MOST_APPLICATIONS = 5_000;

interface Limits {
  applications: Pick<ApplicationStore, 'wider'>;
  config: MappingConfig;
  /** Default: MOST_APPLICATIONS. */
  most?: number;
}

/**
 * What can be followed of the claims of each entity, in the same order. Where
 * they take more applications than one entity may have, they are refused, all
 * but that applications name the entity; that too, where these are too many.
 */
export async function followableClaims(
  entities: EntityClaims[],
  { applications, config, most = MOST_APPLICATIONS }: Limits,
): Promise<EntityClaims[]> {
  const wide = await applications.wider(most, entities.map(selectionsOf));
  if (wide.size === 0) {
    return entities;
  }
  const named = entities.map((entity, position) =>
    wide.has(position)
      ? entity.claims.filter(({ rule }) => namesEntity(rule, config))
      : [],
  );
  const tooOftenNamed = await applications.wider(
    most,
    named.map(claims => selectionsOf({ claims })),
  );
  return entities.map((entity, position) => {
    const kept = tooOftenNamed.has(position) ? [] : named[position];
    return wide.has(position) ? keeping(kept, entity, most) : entity;
  });
}

/** The same for one entity. */
export async function followable(
  entity: EntityClaims,
  limits: Limits,
): Promise<EntityClaims> {
  const [found] = await followableClaims([entity], limits);
  return found;
}

/** The same for one entity, where applications that are gone are read too. */
export async function followableHistory(
  entity: EntityClaims,
  limits: Limits & { applications: Pick<ApplicationStore, 'isGoneWider'> },
): Promise<EntityClaims> {
  const { applications, config, most = MOST_APPLICATIONS } = limits;
  const isWide = async (claims: Claim[]) =>
    applications.isGoneWider(most, selectionsOf({ claims }));
  const present = await followable(entity, limits);
  if (!(await isWide(present.claims))) {
    return present;
  }
  const named = present.claims.filter(({ rule }) => namesEntity(rule, config));
  return keeping((await isWide(named)) ? [] : named, present, most);
}

/** The entity as if it made only these claims, and all others were refused. */
function keeping(
  kept: Claim[],
  entity: EntityClaims,
  most: number,
): EntityClaims {
  const tooMany = entity.claims
    .filter(claim => !kept.includes(claim))
    .map(({ rule }) => ({
      rule,
      refusal: { code: 'too-many-applications' as const, limit: most },
    }));
  return { ...entity, claims: kept, refused: [...entity.refused, ...tooMany] };
}

export function selectionsOf({ claims }: Pick<EntityClaims, 'claims'>) {
  return claims.map(({ selection }) => selection);
}
