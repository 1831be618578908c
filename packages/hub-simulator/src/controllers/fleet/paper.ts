import type {
  PlannedApplication,
  PlannedService,
} from '../../scenarios/fleet/plan';

/** The applications of each service. */
export function byService(
  applications: readonly PlannedApplication[],
): Map<PlannedService, PlannedApplication[]> {
  const grouped = new Map<PlannedService, PlannedApplication[]>();
  for (const each of applications) {
    const known = grouped.get(each.service);
    if (known) known.push(each);
    else grouped.set(each.service, [each]);
  }
  return grouped;
}

/** Go's words for a dial that failed, as an operation reports them. */
export function dialErrorOf(server: string, kind: string): string {
  const { host, hostname } = new URL(server);
  const reasons: Record<string, string> = {
    'black-holed': `dial tcp ${host}: i/o timeout`,
    'dns-failure': `dial tcp: lookup ${hostname}: no such host`,
    'network-unreachable': `dial tcp ${host}: connect: network is unreachable`,
    'bad-certificate':
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    unanswered: 'net/http: TLS handshake timeout',
  };
  const reason =
    reasons[kind] ?? `dial tcp ${host}: connect: connection refused`;
  return `one or more synchronization tasks are not valid: Get "${server}/version?timeout=32s": ${reason}`;
}
