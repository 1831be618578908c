import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';

/**
 * What Go says against a server's certificate, in its order: validity, name,
 * chain; undefined when it is good. The handshake must have been let through.
 */
export function objection(socket: TLSSocket, name: string): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return 'tls: no certificates from server';
  const why =
    outdated(certificate, new Date()) ??
    misnamed(certificate, name) ??
    unchained(socket);
  return why && `tls: failed to verify certificate: x509: ${why}`;
}

function outdated(
  { validFrom, validTo }: X509Certificate,
  now: Date,
): string | undefined {
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  if (now >= from && now <= to) return undefined;
  const relation =
    now < from ? `before ${rfc3339(from)}` : `after ${rfc3339(to)}`;
  return `certificate has expired or is not yet valid: current time ${rfc3339(
    now,
  )} is ${relation}`;
}

function misnamed(
  certificate: X509Certificate,
  name: string,
): string | undefined {
  const matches = isIP(name)
    ? certificate.checkIP(name)
    : certificate.checkHost(name, { subject: 'never' });
  if (matches) return undefined;
  const sort = isIP(name) ? 'IP Address' : 'DNS';
  const names = (certificate.subjectAltName ?? '')
    .split(', ')
    .filter(each => each.startsWith(`${sort}:`))
    .map(each => each.slice(sort.length + 1));
  if (names.length) {
    return `certificate is valid for ${names.join(', ')}, not ${name}`;
  }
  return isIP(name)
    ? `cannot validate certificate for ${name} because it doesn't contain any IP SANs`
    : `certificate is not valid for any names, but wanted to match ${name}`;
}

function unchained(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  // The declared type is Error; what comes is the code of one.
  return String(socket.authorizationError) === 'INVALID_PURPOSE'
    ? 'certificate specifies an incompatible key usage'
    : 'certificate signed by unknown authority';
}

function rfc3339(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
