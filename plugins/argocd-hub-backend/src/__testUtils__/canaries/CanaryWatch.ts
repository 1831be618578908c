import { ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { asText } from './asText';
import { CanaryFinder } from './CanaryFinder';

/** Answers of a simulated hub in the same process may hold its secrets; ours may not. */
const OURS = /^\/api\/(?!v1\/|v1$|version$)/;

const LEVELS = ['error', 'warn', 'info', 'debug'];

type Write = (...given: any[]) => any;

interface FollowedMock {
  logger: object;
  /** How many calls of each level were read. */
  read: Map<string, number>;
}

/**
 * Reads whatever leaves the backend in one test file: every answer of its HTTP
 * server, bodies and headers, and every line of its logs.
 */
export class CanaryWatch {
  readonly finder = new CanaryFinder();
  readonly #leaks = new Set<string>();
  /** One line may hold a half and the next one the other. */
  readonly #lines = this.finder.stream();
  readonly #mocks: FollowedMock[] = [];

  /** @param where - part of the report */
  look(where: string, value: unknown): void {
    this.#report(where, this.finder.find(asText(value)));
  }

  line(...parts: unknown[]): void {
    for (const part of parts) {
      this.#report('a log line', this.#lines.write(asText(part)));
    }
  }

  /** What was found since it was asked last. */
  take(): string[] {
    this.#mocks.forEach(mock => this.#readMock(mock));
    const found = [...this.#leaks];
    this.#leaks.clear();
    return found;
  }

  /** Listens to what is said to every logger of a class. */
  followClass(prototype: object): void {
    const listen = (...given: unknown[]) => this.line(...given);
    const methods = prototype as Record<string, Write>;
    for (const level of LEVELS) {
      const log = methods[level];
      methods[level] = function followed(this: unknown, ...given) {
        listen(...given);
        return log.apply(this, given);
      };
    }
  }

  /** Reads what a mock of a logger was told, when `take` is called: it has to stay a mock. */
  followMock(logger: object): void {
    this.#mocks.push({ logger, read: new Map() });
  }

  /** Reads the answers of every HTTP server of the process until the function that it answers is called. */
  readAnswers(): () => void {
    const { write, end } = ServerResponse.prototype;
    const bodies = new WeakMap<ServerResponse, Buffer[]>();
    const keep = (response: ServerResponse, chunk: unknown) => {
      if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
      const kept = bodies.get(response) ?? [];
      kept.push(Buffer.from(chunk as string));
      bodies.set(response, kept);
    };
    const read = (response: ServerResponse, body: Buffer) =>
      this.#answer(response, body);
    ServerResponse.prototype.write = function writes(
      this: ServerResponse,
      ...given: any[]
    ) {
      if (isOurs(this)) keep(this, given[0]);
      return (write as Write).apply(this, given);
    };
    ServerResponse.prototype.end = function ends(
      this: ServerResponse,
      ...given: any[]
    ) {
      // Where it is written with `write` in turn, it is kept there.
      const before = bodies.get(this)?.length ?? 0;
      const ended = (end as Write).apply(this, given);
      if (isOurs(this)) {
        if ((bodies.get(this)?.length ?? 0) === before) keep(this, given[0]);
        read(this, Buffer.concat(bodies.get(this) ?? []));
      }
      return ended;
    };
    return () => Object.assign(ServerResponse.prototype, { write, end });
  }

  #readMock({ logger, read }: FollowedMock): void {
    for (const level of LEVELS) {
      const method = (logger as Record<string, unknown>)[level];
      const calls = jest.isMockFunction(method) ? method.mock.calls : [];
      const last = read.get(level) ?? 0;
      // One that was cleared is read from its beginning.
      const unread = calls.slice(calls.length < last ? 0 : last);
      read.set(level, calls.length);
      this.line(...unread.flat());
    }
  }

  #answer(response: ServerResponse, body: Buffer): void {
    const headers = response.getHeaders();
    const isPacked = headers['content-encoding'] === 'gzip' && body.length > 0;
    const text = (isPacked ? gunzipSync(body) : body).toString();
    const where = `the answer to ${response.req.method} ${pathOf(response)}`;
    this.look(where, text);
    this.look(`the headers of ${where}`, asText(headers));
  }

  #report(where: string, found: string[]): void {
    found.forEach(one => this.#leaks.add(`${one} in ${where}`));
  }
}

function pathOf({ req }: ServerResponse): string {
  const { originalUrl, url = '' } = req as typeof req & {
    originalUrl?: string;
  };
  return originalUrl ?? url;
}

function isOurs(response: ServerResponse): boolean {
  return OURS.test(pathOf(response));
}
