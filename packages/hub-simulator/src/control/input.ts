import type { z } from 'zod';
import { ControlError } from './ControlError';

/** Reads numbers, texts and lists from a control body; throws 400 by name. */
export const input = {
  number(
    body: Record<string, unknown>,
    key: string,
    { min = 0, max = Number.MAX_SAFE_INTEGER } = {},
  ): number {
    const value = body[key];
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw new ControlError(
      400,
      `${key} must be a number from ${min} to ${max}`,
    );
  },

  text(body: Record<string, unknown>, key: string): string {
    const value = body[key];
    if (typeof value === 'string' && value) return value;
    throw new ControlError(400, `${key} must be a text`);
  },

  oneOf<T extends string>(
    body: Record<string, unknown>,
    key: string,
    allowed: readonly T[],
  ): T {
    const value = body[key];
    if (allowed.includes(value as T)) return value as T;
    throw new ControlError(400, `${key} must be one of ${allowed.join(', ')}`);
  },

  /** Throws for a name that means nothing, so that no typo looks like a fault. */
  only(body: Record<string, unknown>, allowed: readonly string[]): void {
    const unknown = Object.keys(body).find(key => !allowed.includes(key));
    if (unknown === undefined) return;
    throw new ControlError(
      400,
      `${unknown} means nothing here; there are: ${allowed.join(', ')}`,
    );
  },

  /** The body as a schema reads it. */
  parsed<T extends z.ZodType>(
    schema: T,
    body: Record<string, unknown>,
  ): z.infer<T> {
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    const faults = result.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    throw new ControlError(400, faults.join('; '));
  },

  /** Runs what throws an Error about its input, and makes that a 400. */
  checked<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw new ControlError(400, (error as Error).message);
    }
  },
};
