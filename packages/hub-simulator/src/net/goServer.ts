import type { ServerOptions } from 'node:http';

/**
 * How a Go server treats connections, where Node has other defaults: headers of
 * up to 1 MiB (long lists of `fields` or projects, cookies in several parts), and
 * idle connections that are kept for good.
 */
export const GO_SERVER: Readonly<ServerOptions> = {
  maxHeaderSize: 1024 * 1024,
  keepAliveTimeout: 0,
};
