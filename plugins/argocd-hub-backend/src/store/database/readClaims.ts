import type { EntityClaims } from '../ClaimStore';

type Refused = EntityClaims['refused'][number];
/** As older versions kept it: with a code at the most, and with words of their own. */
type FormerlyRefused = Pick<Refused, 'rule'> & { code?: string };

/** Claims as they are kept. What is refused may have been written by an older version. */
export function readClaims(text: string): EntityClaims {
  const { refused, ...claims } = JSON.parse(text);
  return { ...claims, refused: refused.map(currentRefusal) };
}

/** Stays until the catalog is read again, which is when the claims are written anew. */
function currentRefusal(stored: Refused | FormerlyRefused): Refused {
  if ('refusal' in stored) {
    return stored;
  }
  const { rule, code } = stored;
  const isStill = code === 'too-wide' || code === 'narrows-nothing';
  return { rule, refusal: { code: isStill ? code : 'bad-selector' } };
}
