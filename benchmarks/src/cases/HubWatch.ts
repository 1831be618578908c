import { request } from 'undici';
import type { Service, World } from '../World';

/** An operation of an application, wherever it is seen. */
export interface Sighting {
  name: string;
  phase?: string;
  startedAt?: string;
}

/** A watcher of the hub like any other: when it was told what. */
export class HubWatch {
  /** by `performance.now()` */
  readonly times = new Map<string, number>();
  /** the same with what it was */
  readonly told = new Map<string, Required<Sighting> & { at: number }>();
  readonly #stop = new AbortController();

  /** Resolves once the stream has told all there is. */
  static async open(world: World, service: Service): Promise<HubWatch> {
    const watch = new HubWatch();
    const selector = encodeURIComponent(service.selector);
    const { body } = await request(
      `${world.url}/api/v1/stream/applications?selector=${selector}`,
      {
        signal: watch.#stop.signal,
        headers: {
          authorization: `Bearer ${world.token}`,
          accept: 'text/event-stream',
        },
        bodyTimeout: 0,
      },
    );
    let count = 0;
    await new Promise<void>(resolve => {
      void watch.#read(body, () => {
        count += 1;
        if (count === service.applications.length) resolve();
      });
    });
    return watch;
  }

  static key({ name, phase, startedAt }: Sighting): string {
    const at = startedAt ? Date.parse(startedAt) : 0;
    return `${name} ${phase} ${at}`;
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(body: AsyncIterable<Buffer>, onEvent: () => void) {
    let rest = '';
    try {
      for await (const chunk of body) {
        const now = performance.now();
        const frames = `${rest}${chunk}`.split('\n\n');
        rest = frames.pop()!;
        for (const frame of frames) {
          const data = frame.trim().replace(/^data: /, '');
          if (!data.startsWith('{')) continue; // a keepalive
          this.#see(JSON.parse(data), now);
          onEvent();
        }
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  #see({ result }: { result: StreamEvent }, now: number): void {
    const { metadata, status } = result.application;
    const { phase, startedAt } = status.operationState ?? {};
    if (!phase || !startedAt) return;
    const key = HubWatch.key({ name: metadata.name, phase, startedAt });
    if (this.times.has(key)) return;
    this.times.set(key, now);
    this.told.set(key, { at: now, name: metadata.name, phase, startedAt });
  }
}

interface StreamEvent {
  application: {
    metadata: { name: string };
    status: { operationState?: { phase: string; startedAt: string } };
  };
}
