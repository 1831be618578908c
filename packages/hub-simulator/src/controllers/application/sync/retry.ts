import type { Operation } from '../../../types/argocd';
import { parseDuration } from '../cron';

const FIRST_MS = 5000;
const MOST_MS = 180_000;
const FACTOR = 2;

/** Simulated milliseconds from a failure until the next attempt. */
export function retryDelay(
  retry: Operation['retry'],
  retryCount: number,
): number {
  const { duration, maxDuration, factor = FACTOR } = retry?.backoff ?? {};
  const first = duration ? readDuration(duration) : FIRST_MS;
  const most = maxDuration ? readDuration(maxDuration) : MOST_MS;
  const wait = first * factor ** retryCount;
  return most > 0 ? Math.min(wait, most) : wait;
}

/** Whether another attempt is allowed; a negative limit allows any number. */
export function mayRetry(
  retry: Operation['retry'],
  retryCount: number,
): boolean {
  const { limit = 0 } = retry ?? {};
  return limit < 0 || retryCount < limit;
}

/** Go's time.Kitchen. */
export function kitchen(date: Date): string {
  const hours = date.getUTCHours();
  const minutes = String(date.getUTCMinutes()).padStart(2, '0');
  return `${hours % 12 || 12}:${minutes}${hours < 12 ? 'AM' : 'PM'}`;
}

/** A number alone is seconds. */
function readDuration(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
}
