import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';

/** Three names of 63 characters with separators are shorter. */
const LONGEST = 255;

/**
 * The entity that an application names, in the form of `stringifyEntityRef`.
 * The default namespace may be left out, the kind may not. Undefined where the
 * text names none.
 */
export function namedEntity(text: string): string | undefined {
  if (!text.includes(':') || text.length > LONGEST) return undefined;
  try {
    return stringifyEntityRef(parseEntityRef(text.trim()));
  } catch {
    return undefined;
  }
}
