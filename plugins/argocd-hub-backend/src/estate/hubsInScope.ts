import { namesEntity } from '../mapping/claimsOf';
import type { EntityClaims } from '../store/ClaimStore';
import type { Estate, HubView } from './Estate';

/**
 * All hubs, unless every claim is limited to some: then those, and where the
 * entity has something. An application that names the entity may be at any hub.
 */
export function hubsInScope(
  { claims }: EntityClaims,
  options: { has: { hub: string }[]; estate: Estate },
): HubView[] {
  const { has, estate } = options;
  const limits = claims
    .filter(({ rule }) => !namesEntity(rule, estate.config.mapping))
    .map(({ selection }) => selection.hubs);
  const isUnlimited = limits.length === 0 || limits.some(hubs => !hubs);
  const named = new Set([
    ...limits.flatMap(hubs => hubs ?? []),
    ...has.map(({ hub }) => hub),
  ]);
  return estate
    .hubs()
    .filter(({ config: { name } }) => isUnlimited || named.has(name));
}

/** Names that the entity gives for hubs and that none has. */
export function unknownHubs(
  { claims }: EntityClaims,
  estate: Pick<Estate, 'hub'>,
): string[] {
  return namedHubs(claims)
    .filter(hub => !estate.hub(hub))
    .sort();
}

/** Each once, in small letters. */
export function namedHubs(claims: EntityClaims['claims']): string[] {
  return [...new Set(claims.flatMap(({ selection }) => selection.hubs ?? []))];
}
