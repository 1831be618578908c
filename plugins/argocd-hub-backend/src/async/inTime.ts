import { ServiceUnavailableError } from '@backstage/errors';

/**
 * What `work` resolves with, or ServiceUnavailableError with `message` when that
 * takes longer than `ms` milliseconds. The work itself goes on.
 */
export async function inTime<T>(
  work: Promise<T>,
  { ms, message }: { ms: number; message: string },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ServiceUnavailableError(message)), ms);
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
