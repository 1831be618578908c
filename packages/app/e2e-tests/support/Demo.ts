import type { Entity } from '@backstage/catalog-model';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The scripts run before anything is installed, so they are in no package.
/* eslint-disable @backstage/no-relative-monorepo-imports */
import { Service } from '../../../../scripts/service.mjs';
import { guestToken, until } from '../../../../scripts/readiness.mjs';
/* eslint-enable @backstage/no-relative-monorepo-imports */

const root = join(__dirname, '..', '..', '..', '..');

const ONBOARDED = [
  'namespaces',
  'serviceaccounts',
  'secrets',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
];

export interface DemoOptions {
  /** Arguments of the simulator. Default: the scenario demo. */
  simulator?: string[];
  /** A component that is in the catalog when the demo has started. */
  component?: string;
  /** On top of the configuration of the demo, by the start of the simulator. */
  config?: (demo: Demo) => Promise<object>;
}

/** What the simulator says about itself in its first line. */
interface Simulator {
  hub: { url: string; token: string };
  control: { url: string };
}

/**
 * The demo as the tests drive it: the production build served by one backend
 * process, beside a simulator of its own, with all that they store in a
 * directory that goes away with them.
 */
export class Demo {
  readonly url: string;
  readonly directory = mkdtempSync(join(tmpdir(), 'argocd-hub-e2e-'));
  #port: number;
  #simulator!: Simulator;
  #simulatorService!: Service;
  #backend!: Service;
  #starts = 0;
  readonly #options: DemoOptions;

  static async start(options: DemoOptions = {}): Promise<Demo> {
    if (!existsSync(join(root, 'packages/app/dist/index.html'))) {
      throw new Error('Build the app first: yarn workspace app build');
    }
    const demo = new Demo(await freePort(), options);
    try {
      await demo.#startSimulator();
      const config = (await options.config?.(demo)) ?? {};
      writeFileSync(demo.#configFile, JSON.stringify(config));
      await demo.startBackend();
      return demo;
    } catch (error) {
      await demo.stop();
      throw error;
    }
  }

  private constructor(port: number, options: DemoOptions) {
    this.#port = port;
    this.#options = options;
    this.url = `http://localhost:${port}`;
    mkdirSync(this.databaseDir);
  }

  get #configFile() {
    return join(this.directory, 'app-config.json');
  }

  get databaseDir() {
    return join(this.directory, 'db');
  }

  /** Log of the backend that was started last. */
  get backendLog() {
    return join(this.directory, `backend-${this.#starts}.log`);
  }

  async startBackend() {
    this.#starts++;
    this.#backend = Service.start({
      name: 'backend',
      node: process.execPath,
      args: [
        ...[
          '--require',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        ],
        join('src', 'index.ts'),
        ...['--config', join(root, 'app-config.yaml')],
        ...['--config', join(root, 'app-config.e2e.yaml')],
        ...['--config', this.#configFile],
      ],
      cwd: join(root, 'packages', 'backend'),
      env: {
        ...process.env,
        NODE_ENV: 'production',
        APP_BASE_URL: this.url,
        BACKEND_BASE_URL: this.url,
        BACKEND_PORT: String(this.#port),
        DATABASE_DIR: this.databaseDir,
        ARGOCD_HUB_URL: this.#simulator.hub.url,
        ARGOCD_HUB_TOKEN: this.#simulator.hub.token,
      },
      logFile: this.backendLog,
    });
    await Promise.race([this.#backendReady(), this.#backend.died()]);
  }

  async stopBackend() {
    await this.#backend.stop();
  }

  async stop() {
    await this.#backend?.stop();
    await this.#simulatorService?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Asks the backend as the guest does. */
  async api(path: string, init?: RequestInit): Promise<Response> {
    const token = await guestToken(this.url);
    return fetch(`${this.url}/api${path}`, {
      ...init,
      headers: {
        'Content-Type': 'application/json',
        ...init?.headers,
        Authorization: `Bearer ${token}`,
      },
    });
  }

  /** Asks the hub as anyone with its token does, past Backstage. */
  async hub(path: string, init?: RequestInit): Promise<any> {
    const { url, token } = this.#simulator.hub;
    const headers = { ...init?.headers, Authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/api/v1${path}`, { ...init, headers });
    if (response.ok) return response.json();
    throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }

  /** Events of an application, as the hub streams them; resolves once it does. */
  async watch(
    application: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<string>> {
    const { url, token } = this.#simulator.hub;
    const response = await fetch(
      `${url}/api/v1/stream/applications?name=${application}`,
      {
        headers: {
          Accept: 'text/event-stream',
          Authorization: `Bearer ${token}`,
        },
        signal,
      },
    );
    return eventsOf(response.body as AsyncIterable<Uint8Array>);
  }

  /** Plays the outside world, which neither Backstage nor the hub can see. */
  async control(method: 'GET' | 'POST', path: string, body?: object) {
    const response = await fetch(`${this.#simulator.control.url}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path}: ${await response.text()}`);
  }

  /** How often the hub is asked for what while something goes on. */
  async countHubRequests(
    work: () => Promise<unknown>,
  ): Promise<Record<string, number>> {
    await this.control('POST', '/requests/reset');
    await work();
    const response = await this.control('GET', '/requests');
    return (await response.json()).requests;
  }

  /** An entity of the catalog's namespace default. */
  async entity(kind: string, name: string): Promise<Entity> {
    const path = `/catalog/entities/by-name/${kind}/default/${name}`;
    return (await this.api(path)).json();
  }

  /** Names of the clusters that the hub has registered. */
  async clusterNames(): Promise<string[]> {
    const { items } = await this.hub('/clusters');
    return items
      .map((item: { name: string }) => item.name)
      .filter((name: string) => name !== 'in-cluster')
      .sort();
  }

  /** A kubeconfig with all rights on a spoke. */
  async kubeconfig(spoke: string): Promise<string> {
    return (await this.control('GET', `/spokes/${spoke}/kubeconfig`)).text();
  }

  /** Names of everything on a spoke that onboarding could leave behind. */
  async objectsOf(spoke: string): Promise<string[]> {
    const lists = await Promise.all(
      ONBOARDED.map(async resource => {
        const path = `/spokes/${spoke}/objects/${resource}`;
        const objects = await (await this.control('GET', path)).json();
        return objects.map(
          ({ metadata }: Entity) => `${resource}/${metadata.name}`,
        );
      }),
    );
    return lists.flat().sort();
  }

  /** Runs "Onboard a spoke" to its end, as the form would. */
  async runTemplate(
    kubeconfig: string,
    cluster: { name: string; env: string; region: string },
  ): Promise<{ status: string; log: string }> {
    const { name, env, region } = cluster;
    const created = await this.api('/scaffolder/v2/tasks', {
      method: 'POST',
      body: JSON.stringify({
        templateRef: 'template:default/onboard-spoke',
        values: {
          name,
          labels: { env, region, 'deploy.agent': 'true' },
          destinationNamespaces: ['agent'],
          entityRef: 'component:default/agent',
          kubeconfig: 'provided',
        },
        secrets: { kubeconfig },
      }),
    });
    const { id } = await created.json();
    const status = await until(
      async () => {
        const task = await this.api(`/scaffolder/v2/tasks/${id}`);
        const { status: now }: { status: string } = await task.json();
        return ['completed', 'failed'].includes(now) ? now : '';
      },
      { timeoutMs: 90_000, what: 'the task to end' },
    );
    const events = await this.api(`/scaffolder/v2/tasks/${id}/events`);
    const log = (await events.json())
      .map(({ body }: { body: { message: string } }) => body.message)
      .join('\n');
    return { status, log };
  }

  /** What must never be found anywhere, but in the request that brings it. */
  get hubToken() {
    return this.#simulator.hub.token;
  }

  async #startSimulator() {
    this.#simulatorService = Service.start({
      name: 'hub simulator',
      node: process.execPath,
      args: [
        join(root, 'scripts', 'simulator.mjs'),
        ...['--port', String(await freePort())],
        ...(this.#options.simulator ?? ['--scenario', 'demo']),
        ...['--data', join(this.directory, 'simulator')],
      ],
      cwd: root,
      env: process.env,
      logFile: join(this.directory, 'simulator.log'),
      keepOutput: true,
    });
    this.#simulator = await this.#simulatorService.json();
  }

  async #backendReady() {
    const { component = 'agent' } = this.#options;
    await until(() => guestToken(this.url), {
      timeoutMs: 60_000,
      what: 'the backend to sign in a guest',
    });
    await until(
      async () => {
        const path = `/catalog/entities/by-name/component/default/${component}`;
        return (await this.api(path)).ok;
      },
      { timeoutMs: 60_000, what: `component ${component} in the catalog` },
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address && typeof address === 'object') return address.port;
  throw new Error('No free port');
}

async function* eventsOf(body: AsyncIterable<Uint8Array>) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const events = (rest + decoder.decode(chunk, { stream: true })).split(
      '\n\n',
    );
    rest = events.pop()!;
    yield* events;
  }
}
