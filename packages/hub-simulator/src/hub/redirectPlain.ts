import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { GO_SERVER } from '../net/goServer';
import { pathUnescape } from '../net/goUrl';

/** The first byte of a TLS connection: a handshake record. */
const HANDSHAKE = 0x16;

/**
 * Makes a TLS server answer plain HTTP, too: with 307 and the same address under
 * https, as argocd-server does on its one port.
 */
export function redirectPlain(server: Server, rootPath: string): void {
  const accepting = server.listeners('connection');
  const plain = createServer(GO_SERVER, (request, response) =>
    redirect(request, response, rootPath),
  );
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    socket.once('data', first => {
      socket.pause();
      socket.unshift(first);
      if (first[0] === HANDSHAKE) {
        // TLS itself reads what was put back.
        for (const accept of accepting) accept.call(server, socket);
        return;
      }
      plain.emit('connection', socket);
      socket.resume();
    });
  });
}

function redirect(
  request: IncomingMessage,
  response: ServerResponse,
  rootPath: string,
): void {
  const [rawPath, ...query] = (request.url ?? '/').split('?');
  const path = decoded(rawPath);
  const root = path.startsWith(rootPath) ? '' : rootPath;
  const end = query.length ? `?${query.join('?')}` : '';
  const host = request.headers.host ?? '';
  const location = `https://${host}${root}${encodeURI(path)}${end}`;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  response.writeHead(307, {
    location,
    ...(isRead && { 'content-type': 'text/html; charset=utf-8' }),
  });
  const text = `<a href="${escapeHtml(location)}">Temporary Redirect</a>.\n\n`;
  response.end(request.method === 'GET' ? text : undefined);
}

function decoded(path: string): string {
  try {
    return pathUnescape(path);
  } catch {
    return path;
  }
}

function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&#34;');
}
