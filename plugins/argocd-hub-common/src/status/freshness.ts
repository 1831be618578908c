import type { Freshness } from '../types';
import type { HubFacts } from './facts';
import { iso, latest, past } from './time';

/** The part of `HubStatus` that tells how old our knowledge is. @public */
export interface HubFreshness {
  freshness: Freshness;
  /** ISO 8601: when `freshness` began; absent while live. */
  since?: string;
  /** ISO 8601: last contact; absent when there never was one. */
  observedAt?: string;
}

/** Contact counts as fresh for this many list intervals. */
const BUDGET_IN_LIST_INTERVALS = 1.5;
const STALE_AFTER_BUDGETS = 3;

/**
 * How old our knowledge of a hub is.
 *
 * Contact is what came last of the stream, keepalives included, and a complete
 * list; a hub without applications tells nothing on a stream, so for it the list
 * alone counts. Contact is good for a budget of 1.5 list intervals: live within
 * it, lagging over it, stale over three of it. An open breaker is down, whatever
 * came before. Contact of before the start proves that the hub was there, not
 * that it is: lagging at best. Where a clock was set back, moments that now lie
 * ahead count as unknown.
 *
 * @param now - milliseconds since the epoch
 * @public
 */
export function freshness(hub: HubFacts, now: number): HubFreshness {
  const contact = latest(
    past(hub.lastStreamAt, now),
    past(hub.lastListAt, now),
  );
  const observedAt = iso(contact);
  if (hub.downSince !== undefined) {
    const since = past(hub.downSince, now);
    return { freshness: 'down', since: iso(since ?? now), observedAt };
  }

  const startedAt = past(hub.startedAt, now);
  const reference = contact ?? startedAt;
  if (reference === undefined) {
    return { freshness: 'stale' };
  }
  const budget = hub.listIntervalMs * BUDGET_IN_LIST_INTERVALS;
  const laggingFrom = reference + budget;
  const staleFrom = reference + STALE_AFTER_BUDGETS * budget;
  if (now > staleFrom) {
    return { freshness: 'stale', since: iso(staleFrom), observedAt };
  }
  if (startedAt !== undefined && (contact ?? -Infinity) < startedAt) {
    const since = Math.min(laggingFrom, startedAt);
    return { freshness: 'lagging', since: iso(since), observedAt };
  }
  if (now > laggingFrom) {
    return { freshness: 'lagging', since: iso(laggingFrom), observedAt };
  }
  return { freshness: 'live', observedAt };
}

/** Stale or down: what Argo CD said then is no longer shown as true, and nothing is written. @public */
export function isOutdated(hub: { freshness: Freshness }): boolean {
  return hub.freshness === 'stale' || hub.freshness === 'down';
}
