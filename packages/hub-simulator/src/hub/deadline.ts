import { ApiError, Code, invalidArgument } from './errors';

const UNITS: Record<string, number> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};
/** Below this nothing answers in time, however little there is to do. */
const SHORTEST_MS = 1;
/** A timer of Node cannot wait longer. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The milliseconds of a `Grpc-Timeout` header, undefined without one and for
 * zero, which sets no deadline either. Throws 400 when it is malformed.
 */
export function parseTimeout(header: string | undefined): number | undefined {
  if (!header) return undefined;
  const [, amount, unit] = /^([+-]?\d{1,18})([HMSmun])$/.exec(header) ?? [];
  if (!unit) throw invalidArgument(`invalid grpc-timeout: ${header}`);
  return Number(amount) * UNITS[unit] || undefined;
}

/** Throws 504 for a deadline that has passed before anything can begin. */
export function refusePassed(ms: number | undefined): void {
  if (ms === undefined || ms >= SHORTEST_MS) return;
  throw deadlineExceeded();
}

/**
 * Runs a task under a deadline in real milliseconds, because it is the caller's
 * own. When it passes, the signal is aborted and the answer is 504: the gateway
 * answers without waiting for what it cut off.
 */
export async function withDeadline<T>(
  ms: number | undefined,
  abort: AbortController,
  task: () => T | Promise<T>,
): Promise<T> {
  if (ms === undefined) return task();
  refusePassed(ms);
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(deadlineExceeded());
      abort.abort();
    }, Math.min(ms, LONGEST_MS));
  });
  try {
    return await Promise.race([task(), expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the gateway says of a deadline that it enforces itself. */
export function deadlineExceeded(): ApiError {
  return new ApiError(Code.DeadlineExceeded, 'context deadline exceeded');
}
