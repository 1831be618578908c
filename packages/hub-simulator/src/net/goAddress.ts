import { AddressError, DialError } from './clientGoErrors';

const HIGHEST_PORT = 65_535;
/** Go's url.Parse refuses these in any part of an address. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x1f\x7f]/;

/**
 * The address of a call as client-go makes it: a bare host or `host:port` is
 * asked over plain HTTP, no host at all is localhost, and a query of the server
 * is dropped. `text` is the address as errors name it. Throws
 * {@link AddressError} where client-go makes no client, and {@link DialError}
 * where net/http makes no request.
 */
export function addressOf(
  server: string,
  { path, method }: { path: string; method: string },
): { url: URL; text: string } {
  const base = withScheme(server)
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '');
  const address = `${base}${path}`;
  // Go's url.Error hides the password, and so do we.
  const text = address.replace(/^([^:]+:\/\/[^:@/]*):[^@/]*@/, '$1:***@');
  const verb = `${method[0]}${method.slice(1).toLowerCase()}`;
  const [, scheme] = /^([^:]+):/.exec(base) ?? [];
  if (!/^https?$/i.test(scheme!)) {
    const why = `unsupported protocol scheme ${JSON.stringify(scheme)}`;
    throw new DialError(`${verb} "${text}": ${why}`);
  }
  const [, port] = /:(\d+)$/.exec(authorityOf(base)) ?? [];
  if (port && Number(port) > HIGHEST_PORT) {
    const why = `dial tcp: address ${port}: invalid port`;
    throw new DialError(`${verb} "${text}": ${why}`);
  }
  if (!URL.canParse(address)) throw new AddressError(notUrl(server));
  return { url: new URL(address), text };
}

function withScheme(server: string): string {
  if (!server) return 'http://localhost';
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(server);
  if (isUrl && !objection(server)) return server;
  const bare = `http://${server}`;
  const path = bare.slice('http://'.length + authorityOf(bare).length);
  if (CONTROL.test(bare)) throw new AddressError(refused(bare));
  if (/^\/[^?#]/.test(path)) throw new AddressError(notUrl(server));
  if (objection(bare)) throw new AddressError(refused(bare));
  return bare;
}

function notUrl(server: string): string {
  return `host must be a URL or a host:port pair: ${JSON.stringify(server)}`;
}

function refused(url: string): string {
  return `parse ${JSON.stringify(url)}: ${objection(url)}`;
}

/** What Go's url.Parse has against an address with a scheme. */
function objection(url: string): string | undefined {
  if (CONTROL.test(url)) return 'net/url: invalid control character in URL';
  const host = authorityOf(url);
  const [, port] = /^(?:\[[^\]]*\]|[^:]*)(:.*)$/.exec(host) ?? [];
  if (host.startsWith('[') && !host.includes(']')) {
    return "missing ']' in host";
  }
  const [bad] = /[ <>"^`{|}\\]/.exec(host) ?? [];
  if (bad) return `invalid character ${JSON.stringify(bad)} in host name`;
  if (port && !/^:\d*$/.test(port)) {
    return `invalid port ${JSON.stringify(port)} after host`;
  }
  return undefined;
}

function authorityOf(url: string): string {
  const [, authority = ''] = /^[^:]+:\/\/([^/?#]*)/.exec(url) ?? [];
  return authority.slice(authority.lastIndexOf('@') + 1);
}
