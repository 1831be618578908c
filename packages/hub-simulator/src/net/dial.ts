import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Access } from './access';
import { type Ends, GoError, hostPort, socketError } from './clientGoErrors';
import { objection } from './verifyPeer';

/** Argo CD's `ARGOCD_K8S_TCP_TIMEOUT`. */
const DIAL_TIMEOUT_MS = 30_000;
/** Go's HTTP client gives up on TLS after this long. */
const TLS_TIMEOUT_MS = 10_000;
/** However fast time goes: what an honest dial or handshake needs on a busy machine. */
const LEAST_DIAL_MS = 1000;
const LEAST_TLS_MS = 2000;
/** The name server of a cluster, as errors name it. */
const NAME_SERVER = '10.96.0.10:53';

/** How a spoke can be out of reach for one caller only. */
export type DialFault =
  | 'dns-failure'
  | 'refused'
  | 'black-holed'
  | 'network-unreachable';

export interface DialTarget {
  host: string;
  port: number;
  /** undefined speaks plain TCP */
  tls: Access['tls'] | undefined;
  fault: DialFault | undefined;
  scaled: (ms: number) => number;
  /** gets the TCP socket while it is still being dialled */
  onSocket?: (socket: Socket) => void;
}

/** Connects and shakes hands, and checks the certificate; throws {@link GoError}. */
export async function dial(target: DialTarget): Promise<Socket> {
  const socket = target.fault ? await fail(target) : await dialTcp(target);
  return target.tls ? shakeHands(socket, target, target.tls) : socket;
}

/** Fails as the network would, without touching it. */
async function fail({ fault, host, port, scaled }: DialTarget): Promise<never> {
  if (fault === 'dns-failure') throw noSuchHost(host);
  const why = {
    refused: 'connect: connection refused',
    'network-unreachable': 'connect: network is unreachable',
    'black-holed': 'i/o timeout',
  }[fault!];
  if (fault === 'black-holed') {
    const ms = Math.max(scaled(DIAL_TIMEOUT_MS), LEAST_DIAL_MS);
    await new Promise(resolve => setTimeout(resolve, ms).unref());
  }
  throw new GoError(`dial tcp ${hostPort(host, port)}: ${why}`);
}

function dialTcp({
  host,
  port,
  scaled,
  onSocket,
}: DialTarget): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let address = hostPort(host, port);
    const socket = connect({ host, port, noDelay: true });
    onSocket?.(socket);
    const timer = setTimeout(
      () => socket.destroy(new GoError(`dial tcp ${address}: i/o timeout`)),
      Math.max(scaled(DIAL_TIMEOUT_MS), LEAST_DIAL_MS),
    );
    const onError = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(dialError(error, host, address));
    };
    socket.on('lookup', (_error, ip) => {
      if (ip) address = hostPort(ip, port);
    });
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

function dialError(
  error: NodeJS.ErrnoException,
  host: string,
  address: string,
): GoError {
  if (error instanceof GoError) return error;
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return noSuchHost(host);
    case 'ECONNREFUSED':
      return new GoError(`dial tcp ${address}: connect: connection refused`);
    case 'ENETUNREACH':
      return new GoError(
        `dial tcp ${address}: connect: network is unreachable`,
      );
    case 'EHOSTUNREACH':
      return new GoError(`dial tcp ${address}: connect: no route to host`);
    case 'ETIMEDOUT':
      return new GoError(`dial tcp ${address}: i/o timeout`);
    case 'ECONNRESET':
      return new GoError(
        `dial tcp ${address}: connect: connection reset by peer`,
        true,
      );
    default:
      return new GoError(`dial tcp ${address}: ${error.message}`);
  }
}

function noSuchHost(host: string): GoError {
  return new GoError(
    `dial tcp: lookup ${host} on ${NAME_SERVER}: no such host`,
  );
}

function shakeHands(
  raw: Socket,
  { host, scaled }: DialTarget,
  { context, verifies, serverName }: Access['tls'],
): Promise<TLSSocket> {
  const name = serverName || host;
  const ends = endsOf(raw);
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: raw,
      secureContext: context,
      ALPNProtocols: ['http/1.1'],
      // The certificate is judged below, in Go's words and before a byte is sent.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(!isIP(name) && { servername: name }),
    });
    const timer = setTimeout(
      () => socket.destroy(new GoError('net/http: TLS handshake timeout')),
      Math.max(scaled(TLS_TIMEOUT_MS), LEAST_TLS_MS),
    );
    const onError = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(handshakeError(error, ends));
    };
    socket.once('error', onError);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      const why = verifies ? objection(socket, name) : undefined;
      if (why) {
        socket.destroy(new GoError(why));
        return;
      }
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

function handshakeError(error: NodeJS.ErrnoException, ends: Ends): GoError {
  const code = error.code ?? '';
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST/.test(code)) {
    return new GoError('http: server gave HTTP response to HTTPS client');
  }
  const [, alert] = /_ALERT_(\w+)$/.exec(code) ?? [];
  if (alert) {
    const text = alert.toLowerCase().replace(/_/g, ' ');
    return new GoError(`remote error: tls: ${text}`);
  }
  return socketError(error, ends);
}

/** To be read while the socket is open: it forgets them when it closes. */
export function endsOf(socket: Socket): Ends {
  return {
    local: hostPort(socket.localAddress ?? '', socket.localPort ?? 0),
    remote: hostPort(socket.remoteAddress ?? '', socket.remotePort ?? 0),
  };
}
