import { Failure } from './failure.mjs';

const POLL_MS = 500;

/**
 * Polls until the check answers something truthy.
 *
 * @template T
 * @param {() => Promise<T>} check may throw: that counts as "not yet"
 * @param {{ timeoutMs: number, what: string }} options
 */
export async function until(check, { timeoutMs, what }) {
  const deadline = Date.now() + timeoutMs;
  let last;
  while (Date.now() < deadline) {
    try {
      const result = await check();
      if (result) return result;
    } catch (error) {
      last = error;
    }
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
  const why = last ? ` (${last.message})` : '';
  throw new Failure(`Waited ${timeoutMs / 1000} s in vain for ${what}${why}`);
}

/** Fetches with a deadline; answers undefined unless the status is a good one. */
export async function get(url, init) {
  const response = await fetch(url, {
    ...init,
    signal: AbortSignal.timeout(5000),
  });
  return response.ok ? response : undefined;
}

/** Signs in as guest, as the browser does. */
export async function guestToken(backend) {
  const response = await get(`${backend}/api/auth/guest/refresh`, {
    method: 'POST',
    headers: { 'X-Requested-With': 'XMLHttpRequest' },
  });
  const body = await response?.json();
  return body?.backstageIdentity.token;
}
