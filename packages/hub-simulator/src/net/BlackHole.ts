import { connect, type Socket } from 'node:net';
import { BlackHoleWorker } from './BlackHoleWorker';
import type { ConnectionFault } from './faults';

/** Connections that fill the shortest queue: Linux holds one more than it is told. */
const QUEUE = 2;
/** How long a dial is watched before it counts as dropped. */
const CANARY_MS = 100;

let works: Promise<boolean> | undefined;

/**
 * A port that drops every SYN, so that dials really hang. Linux does that with
 * a listening socket whose queue of not yet accepted connections is full.
 */
export class BlackHole {
  readonly #worker: BlackHoleWorker;
  readonly #port: number;
  readonly #fill: Socket[];

  private constructor(worker: BlackHoleWorker, port: number, fill: Socket[]) {
    this.#worker = worker;
    this.#port = port;
    this.#fill = fill;
  }

  /** Whether dials really hang on this platform; found out once per process. */
  static isPossible(): Promise<boolean> {
    works ??= process.platform === 'linux' ? probe() : Promise.resolve(false);
    return works;
  }

  /** Takes a port that was free or has just been closed; throws when it is in use. */
  static async open(options: {
    host: string;
    port: number;
  }): Promise<BlackHole> {
    const { host } = options;
    const worker = BlackHoleWorker.acquire();
    try {
      const port = await worker.open(host, options.port);
      const fill: Socket[] = [];
      for (let index = 0; index < QUEUE; index += 1) {
        fill.push(await fillOne(host, port));
      }
      return new BlackHole(worker, port, fill);
    } catch (error) {
      worker.release();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  /** Frees the port: it can be listened on when this resolves. */
  async close(): Promise<void> {
    for (const socket of this.#fill) socket.destroy();
    await this.#worker.close(this.#port);
    this.#worker.release();
  }
}

/** Resolves when the connection is in the queue, or is not going to be. */
function fillOne(host: string, port: number): Promise<Socket> {
  return new Promise(resolve => {
    const socket = connect({ host, port });
    const timer = setTimeout(done, CANARY_MS);
    function done() {
      clearTimeout(timer);
      socket.unref();
      resolve(socket);
    }
    socket.on('connect', done);
    socket.on('error', () => socket.destroy());
  });
}

async function probe(): Promise<boolean> {
  try {
    const hole = await BlackHole.open({ host: '127.0.0.1', port: 0 });
    const canary = await fillOne('127.0.0.1', hole.port);
    // What has been answered meanwhile is told before the next turn.
    await new Promise(resolve => setImmediate(resolve));
    const hangs = canary.connecting;
    canary.destroy();
    await hole.close();
    return hangs;
  } catch {
    return false;
  }
}

/** The fault itself, or what comes nearest where packets cannot be dropped. */
export async function orUnanswered(
  fault: ConnectionFault,
): Promise<ConnectionFault> {
  if (fault.kind !== 'black-holed' || (await BlackHole.isPossible())) {
    return fault;
  }
  process.stderr.write(
    'packets cannot be dropped on this system: connections are accepted and never answered instead\n',
  );
  return { kind: 'unanswered' };
}
