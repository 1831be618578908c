import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseServiceFactory } from '@backstage/backend-defaults/database';
import {
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import { eventsServiceFactory } from '@backstage/plugin-events-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import request, { type Test } from 'supertest';
import { argocdHubPlugin } from '../../plugin';
import type { PortalDatabases } from './PortalDatabases';
import { SignalListener } from './SignalListener';
import { unrefTimers } from './unrefTimers';

const TEMPLATE = join(
  __dirname,
  '../../../../../templates/onboard-spoke/template.yaml',
);
const AGENT = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'agent',
    annotations: { 'argocd-hub/applicationset': 'agent-multi-cluster' },
  },
  spec: { type: 'service', owner: 'guests', lifecycle: 'production' },
};

/** Has no right at all. */
export const STRANGER = 'user:default/stranger';

/** A backend with catalog, scaffolder, events, signals and all our plugins. */
export class FullPortal {
  readonly signals: SignalListener;
  readonly #backend: TestBackend;

  /** @param options.directory - fresh; the catalog's files are there */
  static async start(options: {
    directory: string;
    databases: PortalDatabases;
    hubs: object[];
    spokeServers: string[];
  }): Promise<FullPortal> {
    const { directory, databases, hubs, spokeServers } = options;
    unrefTimers();
    const location = join(directory, 'agent.yaml');
    writeFileSync(location, JSON.stringify(AGENT));
    const backend = await startTestBackend({
      features: [
        import('@backstage/plugin-catalog-backend'),
        import('@backstage/plugin-events-backend'),
        import('@backstage/plugin-scaffolder-backend'),
        import(
          '@backstage/plugin-catalog-backend-module-scaffolder-entity-model'
        ),
        import('@backstage/plugin-signals-backend'),
        argocdHubPlugin,
        import('backstage-plugin-catalog-backend-module-argocd-hub'),
        import('backstage-plugin-scaffolder-backend-module-argocd-hub'),
        databaseServiceFactory,
        eventsServiceFactory,
        mockServices.permissions.mock({
          authorize: decide,
          authorizeConditional: decide,
        }).factory,
        mockServices.rootConfig.factory({
          data: {
            backend: { database: databases.config },
            catalog: {
              rules: [{ allow: ['Component', 'Template', 'Resource'] }],
              locations: [location, TEMPLATE].map(target => ({
                type: 'file',
                target,
              })),
            },
            // All is in this process; who polls the bus keeps Jest alive for a minute.
            events: { useEventBus: 'never' },
            permission: { enabled: true },
            argocdHub: {
              hubs,
              environments: ['staging', 'prod', 'dr', 'perf'],
              onboarding: { allowedServers: spokeServers },
            },
          } as any,
        }),
      ],
    });
    const port = (backend.server as unknown as { port(): number }).port();
    const signals = await SignalListener.open(port);
    return new FullPortal({ backend, signals });
  }

  private constructor(parts: {
    backend: TestBackend;
    signals: SignalListener;
  }) {
    this.#backend = parts.backend;
    this.signals = parts.signals;
  }

  /** Below `/api/`; with a body that is sent as JSON. */
  call(
    method: 'get' | 'post' | 'patch',
    path: string,
    options: { headers?: Record<string, string>; body?: object } = {},
  ): Test {
    const call = request(this.#backend.server)[method](`/api/${path}`);
    return call.set(options.headers ?? {}).send(options.body);
  }

  /** Runs the onboarding template to its end, and answers the task's record. */
  async onboard(values: object, kubeconfig: string): Promise<any> {
    const id = await this.#startTask({
      templateRef: 'template:default/onboard-spoke',
      values,
      secrets: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
    });
    for (;;) {
      const task = await this.call('get', `scaffolder/v2/tasks/${id}`);
      if (!['open', 'processing'].includes(task.body.status)) {
        const path = `scaffolder/v2/tasks/${id}/events`;
        return [task.body, (await this.call('get', path)).body];
      }
      await delay(200);
    }
  }

  /** The catalog needs its time until it has the template. */
  async #startTask(task: object): Promise<string> {
    for (;;) {
      const options = { body: task };
      const answer = await this.call('post', 'scaffolder/v2/tasks', options);
      if (answer.status === 201) {
        return answer.body.id;
      }
      if (answer.status !== 404) {
        throw new Error(`No task: ${answer.status} ${answer.text}`);
      }
      await delay(200);
    }
  }

  async stop(): Promise<void> {
    this.signals.close();
    await this.#backend.stop();
  }
}

async function decide(requests: unknown[], options?: { credentials: any }) {
  const isStranger = options?.credentials.principal.userEntityRef === STRANGER;
  return requests.map(() => ({
    result: isStranger
      ? (AuthorizeResult.DENY as AuthorizeResult.DENY)
      : (AuthorizeResult.ALLOW as AuthorizeResult.ALLOW),
  }));
}
