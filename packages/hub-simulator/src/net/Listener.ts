import type { Server } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';

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

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#front.once('error', reject);
      this.#front.listen(this.#port, this.#host, () => {
        this.#front.off('error', reject);
        resolve();
      });
    });
    this.#port = (this.#front.address() as AddressInfo).port;
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

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (this.#fault) socket.resume();
    else this.#server.emit('connection', socket);
  }
}
