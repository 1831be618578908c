import { request } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

/** Sends exactly what it is given: other clients tidy up paths and bodies. */
export async function rawRequest(
  server: unknown,
  options: {
    method?: string;
    /** Not touched. */
    path: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
  },
): Promise<RawAnswer> {
  const { method = 'GET', path, headers, body } = options;
  const { port } = portOf(server);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: 'localhost',
        port,
        method,
        path,
        agent: false,
        headers: {
          ...headers,
          ...(body !== undefined && {
            'content-length': String(Buffer.byteLength(body)),
          }),
        },
      },
      incoming => {
        const parts: Buffer[] = [];
        incoming.on('data', part => parts.push(part));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode!,
            headers: incoming.headers,
            text: Buffer.concat(parts).toString(),
          }),
        );
        incoming.on('error', reject);
      },
    );
    // A server may refuse before it has read a body that is too large.
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The server of a test backend knows its port, one of Node its address. */
function portOf(server: unknown): { port: number } {
  const { port } = server as { port?: unknown };
  return typeof port === 'function'
    ? { port: port.call(server) }
    : ((server as Server).address() as AddressInfo);
}
