import { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** An HTTP transport as Go has it, over connections that are dialled its way. */
export class SpokeAgent extends Agent {
  readonly #dial: () => Promise<Socket>;

  /** `idleMs`: how long a connection is left open after an answer, 0 closes it. */
  constructor(options: { dial: () => Promise<Socket>; idleMs: number }) {
    const { idleMs } = options;
    super(idleMs ? { keepAlive: true, timeout: idleMs } : {});
    this.#dial = options.dial;
  }

  /**
   * A request that gives up does not stop the dial: what it gets is left idle,
   * or closed when there is to be nothing idle.
   */
  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, socket: Socket) => void,
  ): Socket {
    this.#dial().then(
      socket => callback?.(null, socket),
      error => callback?.(error, undefined as unknown as Socket),
    );
    // Nothing yet: Node takes what the callback brings.
    return undefined as unknown as Socket;
  }
}
