import { HubError } from './HubError';
import type { ArgoApplication, ArgoCluster, HubRoute } from './types';

const VERSION = /^[\x20-\x7e]{1,64}$/;

/** Only what can be shown: it is written to the database and asked about. */
export function versionOf(told: unknown): string {
  return typeof told === 'string' && VERSION.test(told) ? told : 'unknown';
}

/** Throws HubError for what has not even a name. */
export function applicationOf(route: HubRoute, found: object): ArgoApplication {
  const { metadata } = found as { metadata?: { name?: unknown } | null };
  if (typeof metadata?.name !== 'string') {
    throw malformed(route, 'an application');
  }
  return found as ArgoApplication;
}

/** Throws HubError for what has no address. */
export function clusterOf(route: HubRoute, found: object): ArgoCluster {
  if (!('server' in found) || typeof found.server !== 'string') {
    throw malformed(route, 'a cluster');
  }
  return found as ArgoCluster;
}

/** Undefined where the hub tells no time. Throws HubError for what is no text. */
export function commitOf(
  found: object,
): { author: string; date: string; message: string } | undefined {
  const { author, date, message } = found as Record<string, unknown>;
  const [by = '', at = '', why = ''] = [author, date, message].map(
    told => told ?? '',
  );
  if (![by, at, why].every(told => typeof told === 'string')) {
    throw malformed('revision-metadata', 'a commit');
  }
  return at
    ? { author: by as string, date: at as string, message: why as string }
    : undefined;
}

export function malformed(route: HubRoute, what: string): HubError {
  return new HubError({
    class: 'protocol',
    message: `The hub answered with something that is not ${what} (${route})`,
  });
}
