import { SIGNAL_CHANNEL } from 'backstage-plugin-argocd-hub-common';

const PATIENCE_MS = 500;

/** One message as it came over the wire. */
export interface Heard {
  /** By `performance.now()`. */
  at: number;
  text: string;
}

/** A browser's connection to the signals of a backend, without signing in. */
export class SignalListener {
  readonly heard: Heard[] = [];
  readonly #socket: WebSocket;

  /** Resolves once it is subscribed. */
  static async open(port: number): Promise<SignalListener> {
    for (;;) {
      const socket = new WebSocket(`ws://localhost:${port}/api/signals`);
      const isOpen = await new Promise<boolean>(resolve => {
        socket.onopen = () => resolve(true);
        // The first try only tells the backend that somebody wants to listen: it is never answered.
        setTimeout(() => resolve(false), PATIENCE_MS);
      });
      if (isOpen) return new SignalListener(socket);
      socket.close();
    }
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      this.heard.push({ at: performance.now(), text: String(data) });
    };
    socket.send(
      JSON.stringify({ action: 'subscribe', channel: SIGNAL_CHANNEL }),
    );
  }

  close(): void {
    this.#socket.close();
  }
}
