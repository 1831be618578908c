import type { Socket } from 'node:net';

/** One accepted connection: the TCP socket, and what speaks HTTP over it. */
export class Connection {
  readonly #raw: Socket;
  readonly #pending: (() => void)[] = [];
  #app: Socket;
  #silent = false;

  constructor(raw: Socket) {
    this.#raw = raw;
    this.#app = raw;
    raw.on('error', () => raw.destroy());
  }

  get isSilent(): boolean {
    return this.#silent;
  }

  /** Where TLS has been spoken to the end, its socket is what counts. */
  secure(socket: Socket): void {
    this.#app = socket;
    if (this.#silent) this.#mute();
  }

  /**
   * From now on nothing is said, and nothing is closed. The kernel still
   * acknowledges what the client sends.
   */
  silence(): void {
    if (this.#silent) return;
    this.#silent = true;
    this.#mute();
  }

  /** Runs when the silence ends, if the connection lives to see it. */
  afterwards(task: () => void): void {
    this.#pending.push(task);
  }

  /** Says what was held back, as TCP does when packets get through again. */
  resume(): void {
    if (!this.#silent) return;
    this.#silent = false;
    this.#app.uncork();
    const tasks = this.#pending.splice(0);
    if (!this.#app.destroyed) for (const task of tasks) task();
  }

  /** Ends it with RST. */
  reset(): void {
    this.#raw.resetAndDestroy();
    this.#app.destroy();
  }

  /** Ends it in order; resolves when it is gone. */
  async end(): Promise<void> {
    if (this.#raw.closed) return;
    const closed = new Promise(resolve => this.#raw.once('close', resolve));
    this.#app.destroy();
    this.#raw.destroy();
    await closed;
  }

  /** Holds back what is written, and the end of an idle connection. */
  #mute(): void {
    this.#app.cork();
    this.#app.setTimeout(0);
  }
}
