import { randomInt } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import {
  answerWith,
  plainText,
  type AnswerSettings,
  type PlainAnswer,
} from './answers';
import { BlackHole, orUnanswered } from './BlackHole';
import type { ServerCertificates } from './certificates';
import { Connection } from './Connection';
import {
  isConnectionFault,
  type AnswerFault,
  type ConnectionFault,
  type ListenerFault,
  type SimpleFault,
} from './faults';

/**
 * Free ports are chosen below those that systems hand out to connections, so
 * that none takes the port while its listener is away.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 50;
/** Nobody outside this machine may reach a simulator. */
const HOST = '127.0.0.1';

export interface ListenerOptions {
  /** what answers; its `request` listeners are taken over at the first start */
  server: Server;
  /** default: a free one */
  port?: number;
  /** of a TLS server that shall be able to show a bad one */
  certificates?: ServerCertificates;
  /** real milliseconds of simulated ones; default: the same */
  scaled?: (ms: number) => number;
  /** 0 to 1, for faults that hit only a share; default: Math.random */
  random?: () => number;
  /** the answer of a `status` fault without a body; default: the code's name */
  plainAnswer?: (code: number) => PlainAnswer;
}

/** The port in front of an HTTP or HTTPS server, which can really go away. */
export class Listener {
  readonly #server: Server;
  readonly #certificates: ServerCertificates | undefined;
  readonly #settings: AnswerSettings;
  readonly #connections = new Map<string, Connection>();
  /** those that are never going to be answered */
  readonly #lost = new Set<Connection>();
  #front: TcpServer | undefined;
  #hole: BlackHole | undefined;
  #port: number;
  #isGated = false;
  #connectionFault: ConnectionFault | undefined;
  #answerFault: AnswerFault | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.#server = options.server;
    this.#port = options.port ?? 0;
    this.#certificates = options.certificates;
    this.#settings = {
      scaled: options.scaled ?? (ms => ms),
      random: options.random ?? Math.random,
      plainAnswer: options.plainAnswer ?? plainText,
    };
  }

  get port(): number {
    return this.#port;
  }

  /** The kind of the fault that is on: that of connections before that of answers. */
  get fault(): ListenerFault['kind'] | undefined {
    return this.faults[0]?.kind;
  }

  /** What is on, at most one fault of connections and one of answers. */
  get faults(): ListenerFault[] {
    return [this.#connectionFault, this.#answerFault].filter(
      (fault): fault is ListenerFault => !!fault,
    );
  }

  /** Throws when a given port is in use. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#open());
  }

  /**
   * Breaks it in this way too; a fault replaces the one of its sort. Where the
   * platform cannot drop packets, `black-holed` becomes `unanswered`.
   */
  break(how: ListenerFault | SimpleFault): Promise<void> {
    const fault: ListenerFault = typeof how === 'string' ? { kind: how } : how;
    return this.#inTurn(async () => {
      if (!isConnectionFault(fault)) {
        this.#answerFault = fault;
        return;
      }
      const possible = await orUnanswered(fault);
      if (possible.kind === 'bad-certificate') this.#tls();
      else if (possible.kind === this.#connectionFault?.kind) return;
      await this.#endConnectionFault(possible.kind !== 'refused');
      this.#connectionFault = possible;
      await this.#beginConnectionFault(possible);
    });
  }

  /** Ends all faults. What fell silent goes on, what was never to be answered ends. */
  heal(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#endConnectionFault(true);
      this.#answerFault = undefined;
      for (const connection of this.#lost) connection.end();
    });
  }

  /** Ends every open connection without a word. */
  cut(): void {
    for (const connection of this.#connections.values()) connection.end();
  }

  /** Frees the port, ends every connection and all faults. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#endConnectionFault(false);
      this.#answerFault = undefined;
      this.#closeFront();
      await Promise.all(
        [...this.#connections.values()].map(connection => connection.end()),
      );
    });
  }

  /** One change of the port after the other. */
  #inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(task);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #beginConnectionFault(fault: ConnectionFault): Promise<void> {
    const connections = [...this.#connections.values()];
    switch (fault.kind) {
      case 'refused':
        this.#closeFront();
        for (const connection of connections) connection.reset();
        break;
      case 'black-holed':
        for (const connection of connections) connection.silence();
        await this.#fallInHole();
        break;
      case 'half-open':
        for (const connection of connections) {
          connection.silence();
          this.#lost.add(connection);
        }
        break;
      case 'bad-certificate':
        await this.#tls().show(this.#server, fault.how);
        break;
      default:
        for (const connection of connections) connection.end();
    }
  }

  async #endConnectionFault(listens: boolean): Promise<void> {
    const fault = this.#connectionFault;
    if (!fault) return;
    await this.#closeHole();
    if (listens) await this.#open();
    this.#connectionFault = undefined;
    if (fault.kind === 'bad-certificate') this.#tls().showOwn(this.#server);
    for (const connection of this.#connections.values()) {
      if (!this.#lost.has(connection)) connection.resume();
      else if (fault.kind === 'half-open') connection.reset();
      else connection.end();
    }
  }

  async #fallInHole(): Promise<void> {
    this.#closeFront();
    try {
      this.#hole = await BlackHole.open({ host: HOST, port: this.#port });
    } catch (error) {
      // Somebody else was faster, or there is no thread to be had.
      this.#connectionFault = { kind: 'refused' };
      throw error;
    }
  }

  async #closeHole(): Promise<void> {
    await this.#hole?.close();
    this.#hole = undefined;
  }

  #tls(): ServerCertificates {
    if (this.#certificates) return this.#certificates;
    throw new Error('only a TLS listener can show a bad certificate');
  }

  async #open(): Promise<void> {
    if (this.#front || this.#hole) return;
    this.#gate();
    if (this.#port) {
      await this.#listen(this.#port);
      return;
    }
    for (let attempt = 1; ; attempt += 1) {
      const port = randomInt(FIRST_PORT, LAST_PORT);
      try {
        await this.#listen(port);
        this.#port = port;
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Connections live on; a new front takes over the port later. */
  #closeFront(): void {
    this.#front?.close();
    this.#front = undefined;
  }

  async #listen(port: number): Promise<void> {
    const front = createServer({ noDelay: true }, socket =>
      this.#accept(socket),
    );
    await new Promise<void>((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new Error(`port ${port} is in use`)
            : error,
        );
      front.once('error', fail);
      front.listen(port, HOST, () => {
        front.off('error', fail);
        resolve();
      });
    });
    this.#front = front;
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket);
    const key = keyOf(socket);
    this.#connections.set(key, connection);
    socket.on('close', () => {
      this.#connections.delete(key);
      this.#lost.delete(connection);
    });
    if (this.#connectionFault?.kind === 'unanswered') {
      this.#lost.add(connection);
      socket.resume();
    } else this.#server.emit('connection', socket);
  }

  /** Stands before the server's own handlers, once and for all. */
  #gate(): void {
    if (this.#isGated) return;
    this.#isGated = true;
    const handlers = this.#server.listeners('request');
    this.#server.removeAllListeners('request');
    this.#server.on('request', (request, response) =>
      this.#handle(request, response, () => {
        for (const handler of handlers) {
          handler.call(this.#server, request, response);
        }
      }),
    );
    this.#server.on('secureConnection', (socket: Socket) =>
      this.#connections.get(keyOf(socket))?.secure(socket),
    );
  }

  #handle(
    request: IncomingMessage,
    response: ServerResponse,
    handle: () => void,
  ): void {
    const connection = this.#connections.get(keyOf(request.socket));
    if (!connection) {
      handle();
      return;
    }
    const answer = () => {
      if (this.#answerFault?.kind === 'unanswered') this.#lost.add(connection);
      const reset = () => connection.reset();
      const exchange = { request, response, handle, reset };
      answerWith(this.#answerFault, exchange, this.#settings);
    };
    if (connection.isSilent) connection.afterwards(answer);
    else answer();
  }
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
