import {
  DialError,
  SpokeClient,
  type SpokeCall,
  type SpokeTarget,
  SpokeStatusError,
} from '../net/SpokeClient';
import type { Spoke } from '../spoke/Spoke';
import { IN_CLUSTER, trimServer } from '../state/names';
import { isObject, parsed } from './json';
import type { RecordedSpoke, Recording } from './recording';

/** How long a dial into nothing takes Argo CD (`ARGOCD_K8S_TCP_TIMEOUT`). */
const DIAL_TIMEOUT_MS = 30_000;

/** The clusters of a recording, each played by a simulated one on loopback. */
export class RecordedSpokes {
  readonly #names = new Map<string, string>();
  readonly #spokes = new Map<string, RecordedSpoke>();
  #running: ReadonlyMap<string, Spoke> = new Map();

  /** `servers`: those of the state; more are found in the recorded requests. */
  constructor({ state, calls }: Recording, servers: string[]) {
    const marked = [state, ...calls].flatMap(({ spokes }) =>
      Object.keys(spokes ?? {}),
    );
    const sent = calls.flatMap(({ request }) => serverIn(request.body));
    for (const server of [...servers, ...marked, ...sent, IN_CLUSTER]) {
      const key = baseOf(server);
      if (this.#names.has(key)) continue;
      this.#names.set(key, `cluster-${this.#names.size}`);
    }
    this.set(state.spokes);
  }

  /** The names under which the clusters run. */
  get names(): string[] {
    return [...this.#names.values()];
  }

  attach(running: ReadonlyMap<string, Spoke>): void {
    this.#running = running;
  }

  /** Changes how clusters are; those that are not named stay as they are. */
  set(spokes: Record<string, RecordedSpoke>): void {
    for (const [server, spoke] of Object.entries(spokes)) {
      const key = baseOf(server);
      const { objects, ...rest } = spoke;
      const version = rest.version ?? this.#spokes.get(key)?.version;
      this.#spokes.set(key, { ...rest, ...(version && { version }) });
    }
  }

  setVersion(server: string, version: string): void {
    const key = baseOf(server);
    const known = this.#spokes.get(key) ?? {};
    if (!known.version) this.#spokes.set(key, { ...known, version });
  }

  /** How a server is, and which running cluster plays it. */
  find(server: string): { spoke?: Spoke; how: RecordedSpoke } {
    const key = baseOf(server);
    const name = this.#names.get(key);
    const how = this.#spokes.get(key) ?? {};
    return { spoke: name ? this.#running.get(name) : undefined, how };
  }
}

/** Dials the simulated clusters where a recording says others. */
export class RecordedSpokeClient extends SpokeClient {
  readonly #spokes: RecordedSpokes;
  readonly #scaled: (ms: number) => number;

  constructor(options: {
    spokes: RecordedSpokes;
    scaled: (ms: number) => number;
  }) {
    super(options);
    this.#spokes = options.spokes;
    this.#scaled = options.scaled;
  }

  async call<T>(target: SpokeTarget, call: SpokeCall): Promise<T> {
    const { spoke, how } = this.#spokes.find(target.server);
    const { hostname, host, port } = new URL(target.server);
    const address = port ? host : `${hostname}:443`;
    const fail = (reason: string) =>
      new DialError(`Get "${baseOf(target.server)}${call.path}": ${reason}`);
    if (how.fault === 'unauthorized') {
      throw new SpokeStatusError(401, 'Unauthorized');
    }
    if (how.fault === 'refused') {
      throw fail(`dial tcp ${address}: connect: connection refused`);
    }
    if (how.fault === 'black-holed') {
      const isCut = await this.#wait(call.signal);
      throw fail(
        isCut
          ? 'context deadline exceeded'
          : `dial tcp ${address}: i/o timeout`,
      );
    }
    // Nothing outside this machine is ever dialled.
    if (!spoke || how.fault === 'no-such-host') {
      throw fail(`dial tcp: lookup ${hostname} on 10.96.0.10:53: no such host`);
    }
    const answer = await super.call<T>(targetOf(spoke), call);
    return call.path.startsWith('/version') && how.version
      ? { ...answer, gitVersion: how.version }
      : answer;
  }

  /** Whether the signal ended the wait. */
  #wait(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise(resolve => {
      const timer = setTimeout(
        () => resolve(false),
        this.#scaled(DIAL_TIMEOUT_MS),
      );
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}

function targetOf(spoke: Spoke): SpokeTarget {
  const [, bearerToken] = /token: (\S+)/.exec(spoke.kubeconfig()) ?? [];
  const tlsClientConfig = { insecure: false, caData: spoke.caData };
  return { server: spoke.url, config: { bearerToken, tlsClientConfig } };
}

/** A server without its query, which client-go drops when it dials. */
function baseOf(server: string): string {
  return trimServer(server.replace(/[?#].*$/, ''));
}

function serverIn(body: string | undefined): string[] {
  const value = parsed(body ?? '');
  const server = isObject(value) ? value.server : undefined;
  const isServer = typeof server === 'string' && URL.canParse(server);
  return isServer ? [server] : [];
}
