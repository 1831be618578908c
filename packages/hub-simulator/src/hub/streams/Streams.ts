import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ArgoVersion } from '../../state/ArgoVersion';
import type { HubState } from '../../state/HubState';
import type { HubView } from '../../state/HubView';
import { tokenCookies } from '../cookies';
import { deadlineExceeded, parseTimeout, refusePassed } from '../deadline';
import { ApiError, Code } from '../errors';
import { FieldFilter } from '../FieldFilter';
import { HubRequest, type StreamCall } from '../HubRequest';
import type { Sessions } from '../Sessions';
import { StreamConnection } from './StreamConnection';
import { StreamCost } from './StreamCost';
import { StreamFeed } from './StreamFeed';
import type { StreamFaults } from './StreamFaults';
import type { OpenSource } from './StreamSource';
import type { Turns } from './Turns';

/** A timer of Node cannot wait longer. */
const LONGEST_MS = 2 ** 31 - 1;

/** The streams that one replica of argocd-server holds open. */
export class Streams {
  readonly #state: HubState;
  readonly #view: HubView;
  readonly #sessions: Sessions;
  readonly #faults: StreamFaults;
  readonly #turns: Turns;
  readonly #open = new Set<StreamConnection>();

  constructor(options: {
    state: HubState;
    view: HubView;
    sessions: Sessions;
    faults: StreamFaults;
    turns: Turns;
  }) {
    this.#state = options.state;
    this.#view = options.view;
    this.#sessions = options.sessions;
    this.#faults = options.faults;
    this.#turns = options.turns;
  }

  /** Ends every stream, as a restart of the server does, where that gets through. */
  end(): void {
    for (const connection of [...this.#open]) {
      if (!connection.isSilent) connection.cut('clean');
    }
  }

  /** the release that the streams behave like */
  get version(): ArgoVersion {
    return this.#state.version;
  }

  /**
   * Answers one call, which the gateway has accepted, until its stream ends. What
   * goes wrong from here on is a frame of the stream (F1.5.4).
   */
  async open(call: StreamCall, openSource: OpenSource): Promise<void> {
    const { request, response, url } = call;
    const filter = FieldFilter.parse(url.searchParams.get('fields') ?? '');
    const connection = this.#connect(request, response);
    const fail = (error: unknown) =>
      connection.fail(ApiError.from(error), filter);
    const timeout = String(request.headers['grpc-timeout'] ?? '');
    const deadline = parseTimeout(timeout);
    try {
      refusePassed(deadline);
      expire(connection, deadline, fail);
      const entered = await this.#enter(call, connection);
      const feed = new StreamFeed({
        source: openSource({ request: entered, filter }),
        connection,
        faults: this.#faults,
        clock: this.#state.clock,
        cost: new StreamCost({
          cost: this.#state.cost,
          replica: this.#view,
          trims: !!filter,
        }),
        turns: this.#turns,
      });
      await feed.run();
    } catch (error) {
      fail(error);
    }
  }

  #connect(
    request: IncomingMessage,
    response: ServerResponse,
  ): StreamConnection {
    const { clock } = this.#state;
    const connection = new StreamConnection({ request, response, clock });
    const forget = this.#faults.add(connection);
    this.#open.add(connection);
    response.on('close', () => {
      this.#open.delete(connection);
      forget();
    });
    return connection;
  }

  /** Lets a caller in by a token, which is looked at only now and never again. */
  async #enter(
    { request: raw, url, params }: StreamCall,
    connection: StreamConnection,
  ): Promise<HubRequest> {
    const session = await this.#sessions.authenticate(raw);
    if (!session) {
      throw new ApiError(Code.Unauthenticated, 'no session information');
    }
    const { renewed } = session;
    if (renewed) connection.headers = { 'set-cookie': tokenCookies(renewed) };
    const abort = new AbortController();
    connection.onClose(() => abort.abort());
    return new HubRequest({
      state: this.#state,
      view: this.#view,
      raw,
      url,
      params,
      session,
      signal: abort.signal,
      body: '',
    });
  }
}

function expire(
  connection: StreamConnection,
  ms: number | undefined,
  fail: (error: ApiError) => void,
): void {
  if (ms === undefined) return;
  const timer = setTimeout(
    () => fail(deadlineExceeded()),
    Math.min(ms, LONGEST_MS),
  );
  connection.onClose(() => clearTimeout(timer));
}
