import type { Freshness } from '../types';
import type { HubFacts } from './facts';
import { iso, latest } from './time';

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
 * Contact is what came last of stream bytes and a complete list; a hub without
 * applications sends no bytes, so for it the list alone counts. Contact is good
 * for a budget of 1.5 list intervals: live within it, lagging over it, stale
 * over three of it. An open breaker is down, whatever came before. Contact of
 * before the start proves that the hub was there, not that it is: lagging at best.
 *
 * @param now - milliseconds since the epoch
 * @public
 */
export function freshness(hub: HubFacts, now: number): HubFreshness {
  const contact = latest(hub.lastStreamAt, hub.lastListAt);
  const observedAt = iso(contact);
  if (hub.downSince !== undefined) {
    return { freshness: 'down', since: iso(hub.downSince), observedAt };
  }

  const budget = hub.listIntervalMs * BUDGET_IN_LIST_INTERVALS;
  const reference = contact ?? hub.startedAt;
  const laggingFrom = reference + budget;
  const staleFrom = reference + STALE_AFTER_BUDGETS * budget;
  if (now > staleFrom) {
    return { freshness: 'stale', since: iso(staleFrom), observedAt };
  }
  if (contact === undefined || contact < hub.startedAt) {
    const since = Math.min(laggingFrom, hub.startedAt);
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
