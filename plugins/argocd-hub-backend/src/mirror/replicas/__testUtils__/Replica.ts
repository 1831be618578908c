import type { BackendSetup } from './backendProcess';
import { ChildProcess } from './ChildProcess';

/** Of every replica: a service, which may read all. */
export const TOKEN = 'token-of-the-replica-tests';

/** What a replica answered. */
export interface Answer {
  status: number;
  etag?: string;
  body: any;
}

/** One backend of several on a database, as a process of its own. */
export class Replica extends ChildProcess {
  readonly #url: string;

  /** Resolves when it serves. */
  static async start(
    name: string,
    url: string,
    setup: BackendSetup,
  ): Promise<Replica> {
    const replica = new Replica(name, url, setup);
    await replica.began(async () => {
      const { status } = await replica
        .get('/hubs')
        .catch(() => ({ status: 0 }));
      return status === 200;
    });
    return replica;
  }

  private constructor(name: string, url: string, setup: BackendSetup) {
    super({ name, entry: 'backendProcess.ts', setup });
    this.#url = url;
  }

  /** Below `/api/argocd-hub`, as a service. */
  async get(path: string, options: { etag?: string } = {}): Promise<Answer> {
    const { etag } = options;
    const response = await fetch(`${this.#url}/api/argocd-hub${path}`, {
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(etag && { 'if-none-match': etag }),
      },
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get('etag') ?? undefined,
      body: text ? JSON.parse(text) : undefined,
    };
  }
}
