import type { Condition, ReasonClass } from '../types';

// Quoted and bare addresses may hold words such as "timeout" or "refused".
const ADDRESS = /"https?:\/\/[^"]*"|https?:\/\/\S+/g;

/** A webhook of the cluster that fails is no failure to reach the cluster, however much its text looks like one. */
const WEBHOOK = /webhook/i;

/** First match wins: a lookup that times out is a matter of DNS, a certificate is one of TLS. */
const CLASSES: [ReasonClass, RegExp][] = [
  [
    'dns',
    /no such host|server misbehaving|name resolution|\bdial (tcp|udp): lookup /i,
  ],
  ['tls', /\bx509: |\btls: |HTTP response to HTTPS client/],
  ['refused', /connection refused/i],
  [
    'timeout',
    /i\/o timeout|deadline exceeded|timed out|handshake timeout|Client\.Timeout/i,
  ],
  [
    'auth',
    /\bunauthorized\b|\bforbidden\b|provide credentials|getting credentials|invalid bearer token/i,
  ],
];

/** Texts of Go's network stack: nobody answered as a Kubernetes API or as a front of one. */
const DIAL =
  /\bdial (tcp|udp)\b|no such host|connection refused|connection reset|broken pipe|no route to host|network is unreachable|i\/o timeout|handshake timeout|\bx509: |\btls: |HTTP response to HTTPS client|: (unexpected )?EOF\b/i;

/** Argo CD's own words for "the cache of this cluster could not be filled". */
const CLUSTER_CACHE =
  /failed to get cluster (info|version) for|error synchronizing cache state/i;

/**
 * The class of the cause that a text of Argo CD names: the message of a
 * connection state, of a condition or of a failed call.
 *
 * @public
 */
export function reasonOfMessage(text: string | undefined): ReasonClass {
  const words = withoutAddresses(text);
  if (WEBHOOK.test(words)) {
    return 'other';
  }
  return CLASSES.find(([, pattern]) => pattern.test(words))?.[0] ?? 'other';
}

/** Whether a text comes from a connection that was never made or broke off. */
export function hasDialText(text: string): boolean {
  return DIAL.test(withoutAddresses(text));
}

/**
 * The class of the cause when a condition of an application says that Argo CD
 * cannot talk to its cluster; undefined for every other condition. A repository
 * out of reach, a broken webhook and missing rights are none.
 *
 * @public
 */
export function connectionCause(
  condition: Pick<Condition, 'type' | 'message'>,
): ReasonClass | undefined {
  const { type, message } = condition;
  if (type !== 'ComparisonError' || !CLUSTER_CACHE.test(message)) {
    return undefined;
  }
  if (WEBHOOK.test(message) || /\bis forbidden\b/i.test(message)) {
    return undefined;
  }
  const reason = reasonOfMessage(message);
  return reason !== 'other' || hasDialText(message) ? reason : undefined;
}

function withoutAddresses(text: string | undefined): string {
  return (text ?? '').replace(ADDRESS, ' ');
}
