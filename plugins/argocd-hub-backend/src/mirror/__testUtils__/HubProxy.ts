import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What a test does to one answer of the hub; undefined leaves it as it is. Of a
 * whole answer also a promise, which keeps it waiting.
 */
type Rewrite = (body: any, url: URL) => any;
type Where = (url: URL) => boolean;

/**
 * Stands between the mirror and the hub, as a lagging replica, a broken network
 * or a hub with odd applications would.
 */
export class HubProxy {
  /** Method and path of every call. */
  readonly requests: string[] = [];
  /** Path and query of every call. */
  readonly urls: string[] = [];
  readonly #target: URL;
  readonly #server: Server;
  readonly #rewrites: { path: RegExp; rewrite: Rewrite }[] = [];
  readonly #holds: { path: RegExp; ended: Promise<void> }[] = [];
  readonly #statuses: {
    path: RegExp;
    status: number;
    body: object;
    where?: Where;
  }[] = [];

  static async start(target: string): Promise<HubProxy> {
    const proxy = new HubProxy(target);
    await new Promise<void>(resolve =>
      proxy.#server.listen(0, '127.0.0.1', resolve),
    );
    return proxy;
  }

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => {
      this.#forward(incoming, outgoing);
    });
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Changes the JSON of answers, and of each event of streams. Answers a function that ends it. */
  rewrite(path: RegExp, rewrite: Rewrite): () => void {
    const entry = { path, rewrite };
    this.#rewrites.push(entry);
    return () => this.#rewrites.splice(this.#rewrites.indexOf(entry), 1);
  }

  /** Answers in the hub's place, all calls or those whose address is as told. */
  answer(
    path: RegExp,
    status: number,
    body: object,
    where?: Where,
  ): () => void {
    const entry = { path, status, body, where };
    this.#statuses.push(entry);
    return () => this.#statuses.splice(this.#statuses.indexOf(entry), 1);
  }

  /** Keeps answers back that the hub has given, until the function that it answers is called. */
  hold(path: RegExp): () => void {
    let end = () => {};
    const ended = new Promise<void>(resolve => {
      end = resolve;
    });
    const entry = { path, ended };
    this.#holds.push(entry);
    return () => {
      this.#holds.splice(this.#holds.indexOf(entry), 1);
      end();
    };
  }

  /** Cuts every connection. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const url = new URL(incoming.url!, this.#target);
    this.requests.push(`${incoming.method} ${url.pathname}`);
    this.urls.push(incoming.url!);
    const instead = this.#statuses.find(
      ({ path, where }) => path.test(url.pathname) && (where?.(url) ?? true),
    );
    if (instead) {
      outgoing.writeHead(instead.status, {
        'content-type': 'application/json',
      });
      outgoing.end(JSON.stringify(instead.body));
      return;
    }
    const { 'accept-encoding': _, ...headers } = incoming.headers;
    const forwarded = request(
      url,
      { method: incoming.method, headers },
      answer => {
        const rewrites = this.#rewrites.filter(({ path }) =>
          path.test(url.pathname),
        );
        if (url.pathname.includes('/stream/')) {
          this.#stream(answer, outgoing, { url });
        } else {
          this.#whole(answer, outgoing, { url, rewrites });
        }
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  }

  #whole(
    answer: IncomingMessage,
    outgoing: ServerResponse,
    options: { url: URL; rewrites: { rewrite: Rewrite }[] },
  ): void {
    const parts: Buffer[] = [];
    answer.on('data', part => parts.push(part));
    answer.on('error', () => outgoing.destroy());
    answer.on('end', async () => {
      const text = Buffer.concat(parts).toString();
      const isJson = /json/.test(answer.headers['content-type'] ?? '');
      const { length } = options.rewrites;
      let changed = length && isJson ? JSON.parse(text) : undefined;
      for (const { rewrite } of changed ? options.rewrites : []) {
        changed = (await rewrite(changed, options.url)) ?? changed;
      }
      const { 'content-length': _, ...headers } = answer.headers;
      outgoing.writeHead(answer.statusCode!, headers);
      outgoing.end(changed ? JSON.stringify(changed) : text);
    });
  }

  /** Rewrites are looked up for each event, so that a test can begin and end them while it streams. */
  #stream(
    answer: IncomingMessage,
    outgoing: ServerResponse,
    { url }: { url: URL },
  ): void {
    outgoing.writeHead(answer.statusCode!, answer.headers);
    let rest = '';
    answer.on('data', part => {
      const frames = `${rest}${part}`.split('\n\n');
      rest = frames.pop()!;
      for (const frame of frames) {
        outgoing.write(`${this.#frame(frame, url)}\n\n`);
      }
    });
    answer.on('error', () => outgoing.destroy());
    answer.on('end', () => outgoing.end(rest));
  }

  #frame(frame: string, url: URL): string {
    const rewrites = this.#rewrites.filter(({ path }) =>
      path.test(url.pathname),
    );
    const [, data] = /^\n?data: (.*)$/s.exec(frame) ?? [];
    if (!data || !rewrites.length) {
      return frame;
    }
    const changed = rewrites.reduce(
      (body, { rewrite }) => rewrite(body, url) ?? body,
      JSON.parse(data),
    );
    return `data: ${JSON.stringify(changed)}`;
  }
}
