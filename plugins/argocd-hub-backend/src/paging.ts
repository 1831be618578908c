import { InputError } from '@backstage/errors';
import { z } from 'zod';

/** Each has positions of its own. */
export type PagedList =
  | 'application-set'
  | 'cluster-deployments'
  | 'clusters'
  | 'entity-deployments'
  | 'entity-history'
  | 'explanation'
  | 'fleet';

/** A place in a list, as a text that callers hand back unread. */
export function encodeCursor(list: PagedList, position: object): string {
  return Buffer.from(JSON.stringify([list, position])).toString('base64url');
}

/**
 * @param schema - of the position; a strict one
 * @throws InputError when it is not one of ours, or one of another list
 */
export function decodeCursor<T>(
  list: PagedList,
  schema: z.ZodType<T>,
  cursor: string | undefined,
): T | undefined {
  if (cursor === undefined) {
    return undefined;
  }
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    const [, position] = z
      .tuple([z.literal(list), schema])
      .parse(JSON.parse(text));
    assertStorable(position);
    return position;
  } catch {
    throw new InputError(
      "Invalid 'cursor': pass the nextCursor of the page before, of the same list and as it was, or leave it out to begin anew",
    );
  }
}

/** Databases refuse NUL within a text. */
function assertStorable(position: unknown): void {
  if (JSON.stringify(position).includes('\\u0000')) {
    throw new Error('It holds NUL');
  }
}

/** Rows of an answer at most. */
export const MAX_PAGE = 500;

/** A cursor is never longer than a few names. */
export const cursorText = z
  .string()
  .max(2000)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be the nextCursor of the page before');
