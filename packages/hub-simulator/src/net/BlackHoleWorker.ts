import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';

/**
 * The thread listens and then sleeps, so that it never accepts. It wakes up only
 * to open and close ports, and never lets its event loop turn meanwhile: all it
 * awaits are ticks and microtasks. As text, because a bundle has no file for it.
 */
const CODE = `
const { workerData, receiveMessageOnPort } = require('node:worker_threads');
const { createServer } = require('node:net');
const { flag, port } = workerData;
const servers = new Map();

function open({ host, number }) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port: number, backlog: 1 }, () => {
      const taken = server.address().port;
      servers.set(taken, server);
      resolve(taken);
    });
  });
}

function close({ number }) {
  const server = servers.get(number);
  servers.delete(number);
  if (server) server.close();
}

(async () => {
  for (;;) {
    Atomics.wait(flag, 0, 0);
    Atomics.store(flag, 0, 0);
    for (let next; (next = receiveMessageOnPort(port)); ) {
      const { id, op } = next.message;
      try {
        const result = await (op === 'open' ? open : close)(next.message);
        port.postMessage({ id, result });
      } catch (error) {
        port.postMessage({ id, code: error.code, error: error.message });
      }
    }
  }
})();
`;

interface Reply {
  id: number;
  result?: number;
  error?: string;
  code?: string;
}

let shared: BlackHoleWorker | undefined;

/** One thread for all black holes of the process; it ends with the last of them. */
export class BlackHoleWorker {
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  readonly #port: MessagePort;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #users = 0;
  #lastId = 0;

  private constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(CODE, {
      eval: true,
      workerData: { flag: this.#flag, port: port2 },
      transferList: [port2],
    });
    // A process that forgets to heal can still end.
    this.#worker.unref();
    this.#worker.on('error', error => this.#failAll(error as Error));
    port1.on('message', (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
      this.#hold();
    });
    port1.unref();
  }

  static acquire(): BlackHoleWorker {
    shared ??= new BlackHoleWorker();
    shared.#users += 1;
    return shared;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users) return;
    if (shared === this) shared = undefined;
    this.#port.close();
    this.#worker.terminate();
  }

  /** Listens without ever accepting; resolves to the port. */
  async open(host: string, number: number): Promise<number> {
    const { result } = await this.#ask({ op: 'open', host, number });
    return result!;
  }

  async close(number: number): Promise<void> {
    await this.#ask({ op: 'close', number });
  }

  #ask(message: Record<string, unknown>): Promise<Reply> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, reply =>
        reply.error
          ? reject(Object.assign(new Error(reply.error), { code: reply.code }))
          : resolve(reply),
      );
      this.#hold();
      this.#port.postMessage({ id, ...message });
      Atomics.store(this.#flag, 0, 1);
      Atomics.notify(this.#flag, 0);
    });
  }

  /** Keeps the process alive exactly while an answer is awaited. */
  #hold(): void {
    if (this.#waiting.size) this.#port.ref();
    else this.#port.unref();
  }

  #failAll({ message }: Error): void {
    for (const [id, tell] of this.#waiting) tell({ id, error: message });
    this.#waiting.clear();
    if (shared === this) shared = undefined;
  }
}
