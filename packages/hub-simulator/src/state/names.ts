import { createHash } from 'node:crypto';

/** Where Argo CD itself and, by default, its objects live. */
export const CONTROL_PLANE = 'argocd';
export const IN_CLUSTER = 'https://kubernetes.default.svc';

/** The name Argo CD gives the Secret of a server. */
export function clusterSecretName(server: string): string {
  // Not of a URL: that would shorten an IPv6 address.
  const [, authority = ''] = /^[^:]+:\/\/([^/?#]*)/.exec(server) ?? [];
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .replace(/[[\]]/g, '')
    .replace(/:/g, '-')
    .toLowerCase();
  return `cluster-${host}-${fnv1a(server)}`;
}

/** A stable uid for something that has none of its own. */
export function stableUid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [8, 4, 4, 4, 12]
    .reduce<[string[], number]>(
      ([parts, at], length) => [
        [...parts, hex.slice(at, at + length)],
        at + length,
      ],
      [[], 0],
    )[0]
    .join('-');
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** A server URL as it is compared: without a trailing slash. */
export function trimServer(server: string): string {
  return server.replace(/\/$/, '');
}
