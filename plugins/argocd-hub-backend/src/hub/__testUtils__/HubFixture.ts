import {
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from 'hub-simulator';
import type { HubConfig } from '../../config';
import { ArgoHubClient } from '../ArgoHubClient';
import type { HubError } from '../HubError';
import type { ArgoApplication, HubCallReport } from '../types';
import { FakeHub, hubConfig } from './FakeHub';

/** Hubs and clients of one test; stop it after each. */
export class HubFixture {
  /** What every client reported, in order. */
  readonly reports: HubCallReport[] = [];
  readonly #open: (() => Promise<void>)[] = [];

  client(hub: Partial<HubConfig>): ArgoHubClient {
    const client = ArgoHubClient.create({
      hub: hubConfig(hub),
      annotations: ['backstage.io/entity-ref'],
      onCall: report => this.reports.push(report),
    });
    this.#open.unshift(() => client.close());
    return client;
  }

  /** A hub that answers as told, and its client. */
  async fake(
    handle: Parameters<typeof FakeHub.start>[0],
    overrides: Partial<HubConfig> = {},
  ): Promise<{ hub: FakeHub; client: ArgoHubClient }> {
    const hub = await FakeHub.start(handle);
    this.#open.push(() => hub.stop());
    return { hub, client: this.client({ url: hub.url, ...overrides }) };
  }

  /** A simulated Argo CD, a client with its token and CA, and its control API. */
  async simulator(
    options: SimulatorOptions = {},
    overrides: Partial<HubConfig> = {},
  ): Promise<{
    simulator: RunningSimulator;
    client: ArgoHubClient;
    tls: HubConfig['tls'];
    control(path: string, body?: object): Promise<any>;
  }> {
    const simulator = await startSimulator({ timeScale: 10, ...options });
    this.#open.push(() => simulator.stop());
    const { url, token, caData } = simulator.hub;
    const ca = caData && Buffer.from(caData, 'base64').toString();
    const tls = { ca, skipVerify: false };
    return {
      simulator,
      client: this.client({ url, auth: { token }, tls, ...overrides }),
      tls,
      control: (path, body) => control(simulator, path, body),
    };
  }

  async stop(): Promise<void> {
    this.reports.length = 0;
    for (const stop of this.#open.splice(0)) {
      await stop();
    }
  }
}

/** With a body a POST, else a GET. */
async function control(
  simulator: RunningSimulator,
  path: string,
  body?: object,
): Promise<any> {
  const response = await fetch(`${simulator.control.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${path}: ${response.status} ${text}`);
  }
  return text ? JSON.parse(text) : undefined;
}

/** What a call failed with. */
export async function failure(call: Promise<unknown>): Promise<HubError> {
  return call.then(
    () => {
      throw new Error('The call did not fail');
    },
    error => error,
  );
}

/** All that a list of applications told. */
export async function allListed(
  client: ArgoHubClient,
  options: { projects?: string[]; signal?: AbortSignal } = {},
): Promise<ArgoApplication[]> {
  const applications: ArgoApplication[] = [];
  await client.listApplications({
    ...options,
    onItem: application => {
      applications.push(application);
    },
  });
  return applications;
}
