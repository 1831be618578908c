import { request as httpsRequest } from 'node:https';
import {
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from '../index';
import type { Application } from '../types/argocd';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Tests read answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface CallOptions {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** another token, or none at all when empty */
  token?: string;
}

/** A running simulator with shorthands for calling it. */
export class Fixture {
  readonly simulator: RunningSimulator;

  private constructor(simulator: RunningSimulator) {
    this.simulator = simulator;
  }

  static async start(options: SimulatorOptions = {}): Promise<Fixture> {
    return new Fixture(await startSimulator({ timeScale: 10, ...options }));
  }

  stop(): Promise<void> {
    return this.simulator.stop();
  }

  /** Calls the hub with the portal's token. */
  hub(path: string, options: CallOptions = {}): Promise<Answer> {
    const { url, token } = this.simulator.hub;
    return call(`${url}${path}`, { token, ...options });
  }

  /** Calls the hub as its administrator. */
  async admin(path: string, options: CallOptions = {}): Promise<Answer> {
    const { body } = await this.control('/hub/admin');
    return this.hub(path, { token: body.token, ...options });
  }

  control(path: string, body?: unknown): Promise<Answer> {
    return call(`${this.simulator.control.url}${path}`, {
      method: body ? 'POST' : 'GET',
      body,
    });
  }

  spoke(name: string) {
    return this.simulator.spokes.find(spoke => spoke.name === name)!;
  }

  /** Calls a spoke's Kubernetes API over TLS, as its administrator by default. */
  async kubernetes(
    name: string,
    path: string,
    options: CallOptions = {},
  ): Promise<{ status: number; body: Answer['body'] }> {
    const token = options.token ?? (await this.adminToken(name));
    const { url, caData } = this.spoke(name);
    return callTls(`${url}${path}`, Buffer.from(caData, 'base64'), {
      ...options,
      token,
    });
  }

  async adminToken(name: string): Promise<string> {
    const { text } = await this.control(`/spokes/${name}/kubeconfig`);
    return /token: (\S+)/.exec(text)![1];
  }

  async application(name: string): Promise<Application> {
    const { status, body } = await this.hub(`/api/v1/applications/${name}`);
    if (status !== 200) throw new Error(`${name}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Waits until an application satisfies a condition. */
  async waitFor(
    name: string,
    condition: (app: Application) => boolean,
  ): Promise<Application> {
    return until(async () => {
      const { status, body } = await this.hub(`/api/v1/applications/${name}`);
      return status === 200 && condition(body) ? body : undefined;
    });
  }

  /** The id of a cluster as the API wants it in a path. */
  clusterId(name: string): string {
    return encodeURIComponent(this.spoke(name).url);
  }

  /** The query that asks for the events of one resource of an application. */
  async eventQuery(app: string, kind: string): Promise<string> {
    const { body } = await this.hub(
      `/api/v1/applications/${app}/resource-tree`,
    );
    const node = body.nodes.find(
      (each: { kind: string }) => each.kind === kind,
    );
    return `resourceUID=${node.uid}&resourceName=${node.name}&resourceNamespace=${node.namespace}`;
  }
}

/** Polls until there is a result; fails after 20 s. */
export async function until<T>(
  attempt: () => Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const result = await attempt();
    if (result) return result;
    if (Date.now() > end) throw new Error('waited 20 s in vain');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function call(url: string, options: CallOptions): Promise<Answer> {
  const { method = 'GET', body, token, headers } = options;
  const response = await fetch(url, {
    method,
    headers: {
      ...(method !== 'GET' && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  const { status } = response;
  return { status, headers: response.headers, text, body: parse(text) };
}

function callTls(
  url: string,
  ca: Buffer,
  { method = 'GET', body, token, headers }: CallOptions,
): Promise<{ status: number; body: Answer['body'] }> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      url,
      {
        method,
        ca,
        agent: false,
        headers: {
          'Content-Type': 'application/json',
          ...(token && { Authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      async response => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode!, body: parse(text) });
      },
    );
    request.on('error', reject);
    request.end(body ? JSON.stringify(body) : undefined);
  });
}

function parse(text: string): Answer['body'] {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
