import type { Server } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { randomInt } from 'node:crypto';

/**
 * Free ports are chosen below those that systems hand out to connections, so
 * that none takes the port while its listener is away.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 50;

/** How a listener can be away. */
export type Fault = 'refused' | 'black-holed';

/**
 * The port in front of an HTTP or HTTPS server, which can really go away.
 *
 * `refused` closes the port. `black-holed` accepts connections and never says
 * a word, because dropped SYN packets cannot be produced on loopback. Both cut
 * the connections that exist.
 */
export class Listener {
  readonly #server: Server;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  readonly #front = createServer({ noDelay: true }, socket =>
    this.#accept(socket),
  );
  #port: number;
  #fault: Fault | undefined;

  constructor(options: { server: Server; host?: string; port?: number }) {
    this.#server = options.server;
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? 0;
  }

  get host(): string {
    return this.#host;
  }

  get port(): number {
    return this.#port;
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Throws when a given port is in use. */
  async start(): Promise<void> {
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

  async break(how: Fault): Promise<void> {
    if (how === 'refused') await this.stop();
    else if (!this.#front.listening) await this.start();
    this.#fault = how;
    this.cut();
  }

  async heal(): Promise<void> {
    this.#fault = undefined;
    this.cut();
    if (!this.#front.listening) await this.start();
  }

  /** Ends every open connection without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    if (!this.#front.listening) return;
    const closed = new Promise<void>(resolve => {
      this.#front.close(() => resolve());
    });
    this.cut();
    await closed;
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new Error(`port ${port} is in use`)
            : error,
        );
      this.#front.once('error', fail);
      this.#front.listen(port, this.#host, () => {
        this.#front.off('error', fail);
        resolve();
      });
    });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (this.#fault) socket.resume();
    else this.#server.emit('connection', socket);
  }
}
