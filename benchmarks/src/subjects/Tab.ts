import {
  type ChangeSignal,
  type EntityDeployments,
  SIGNAL_CHANNEL,
} from 'backstage-plugin-argocd-hub-common';
import { entityRoute, type Ours } from './ours';

/** As `useEntityDeployments` of our frontend has them. */
const POLL_MS = 10_000;
const GAP_MS = 1_000;
const CONNECT_MS = 500;

/** An operation that the page showed, and when, by `performance.now()`. */
export interface Shown {
  at: number;
  name: string;
  phase: string;
  startedAt: string;
}

/**
 * The page of one service in a browser, without the browser: it listens to
 * signals over a websocket, and asks with the version that it holds when one
 * names its service, one request at a time and at most one a second, and every
 * ten seconds anyhow.
 */
export class Tab {
  readonly shown: Shown[] = [];
  /** When signals came, by `performance.now()`. */
  readonly signals: number[] = [];
  /** Requests, and those of them that brought nothing new. */
  asked = 0;
  unchanged = 0;
  readonly #ours: Ours;
  readonly #service: string;
  readonly #socket: WebSocket;
  #held?: { etag: string; changeKey: string };
  #askedAt = -Infinity;
  #isAsking = false;
  #isPoked = false;
  #timer?: NodeJS.Timeout;
  #isClosed = false;

  /** Resolves once it has shown something. */
  static async open(ours: Ours, service: string): Promise<Tab> {
    const tab = new Tab(ours, service, await connect(ours.base));
    await tab.#ask();
    return tab;
  }

  private constructor(ours: Ours, service: string, socket: WebSocket) {
    this.#ours = ours;
    this.#service = service;
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(String(data));
    socket.send(
      JSON.stringify({ action: 'subscribe', channel: SIGNAL_CHANNEL }),
    );
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #hear(text: string): void {
    const { channel, message } = JSON.parse(text) as {
      channel: string;
      message: ChangeSignal;
    };
    if (channel !== SIGNAL_CHANNEL) return;
    this.signals.push(performance.now());
    if (!this.#held || !message.changeKeys.includes(this.#held.changeKey)) {
      return;
    }
    if (this.#isAsking) {
      this.#isPoked = true;
    } else {
      this.#schedule(0);
    }
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const gapMs = this.#askedAt + GAP_MS - performance.now();
    const delay = Math.max(delayMs, gapMs, 0);
    this.#timer = setTimeout(() => void this.#ask(), delay);
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    this.#askedAt = performance.now();
    this.asked += 1;
    const answer = await this.#ours.http.changed<EntityDeployments>(
      entityRoute(this.#service),
      this.#held?.etag,
    );
    const at = performance.now();
    if (answer) {
      const { deployments, changeKey } = answer.body;
      this.#held = { etag: answer.etag, changeKey };
      for (const { name, operation } of deployments) {
        if (operation) this.shown.push({ at, name, ...operation });
      }
    } else {
      this.unchanged += 1;
    }
    this.#isAsking = false;
    this.#schedule(this.#isPoked ? 0 : POLL_MS);
    this.#isPoked = false;
  }
}

async function connect(base: string): Promise<WebSocket> {
  const url = `${base.replace('http', 'ws')}/api/signals`;
  for (;;) {
    const socket = new WebSocket(url);
    const isOpen = await new Promise<boolean>(resolve => {
      socket.onopen = () => resolve(true);
      // The first try only tells the backend that somebody wants to listen: it is never answered.
      setTimeout(() => resolve(false), CONNECT_MS);
    });
    if (isOpen) return socket;
    socket.close();
  }
}
