import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { eventsServiceFactory } from '@backstage/plugin-events-node';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { type RunningSimulator, startSimulator } from 'hub-simulator';
import createKnex, { type Knex } from 'knex';
import request from 'supertest';
import { SignalListener } from './__testUtils__/portal/SignalListener';
import { unrefTimers } from './__testUtils__/portal/unrefTimers';
import { until } from './mirror/__testUtils__/MirrorWorld';
import { argocdHubPlugin } from './plugin';

jest.setTimeout(180_000);

const PATH = '/api/argocd-hub/entities/component/default/agent/deployments';
const AGENT: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'agent',
    annotations: { 'argocd-hub/applicationset': 'agent-multi-cluster' },
  },
};
/** As it comes over the wire. Keys are made with a secret, so nobody can guess one. */
const MESSAGE =
  /^\{"channel":"argocd-hub","message":\{"changeKeys":\["[\w-]{22}"(,"[\w-]{22}")*\]\}\}$/;

unrefTimers();

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** A backend with signals and events, on databases that others may share. */
async function startReplica(
  hub: RunningSimulator['hub'],
  databaseOf: Record<string, Knex>,
) {
  const backend = await startTestBackend({
    features: [
      // Those of tests stay in the process.
      eventsServiceFactory,
      import('@backstage/plugin-events-backend'),
      import('@backstage/plugin-signals-backend'),
      argocdHubPlugin,
      catalogServiceMock.factory({ entities: [AGENT] }),
      createServiceFactory({
        service: coreServices.database,
        deps: { plugin: coreServices.pluginMetadata },
        factory: ({ plugin }) =>
          mockServices.database({ knex: databaseOf[plugin.getId()] }),
      }),
      mockServices.rootConfig.factory({
        data: {
          argocdHub: {
            hubs: [{ name: 'main', url: hub.url, token: hub.token }],
          },
        },
      }),
    ],
  });
  const port = (backend.server as unknown as { port(): number }).port();
  const listener = await SignalListener.open(port);
  return {
    listener,
    read: async (): Promise<EntityDeployments> =>
      (await request(backend.server).get(PATH)).body,
    stop: async () => {
      listener.close();
      const stopped = backend.stop();
      // Who waits for events waits for a minute.
      backend.server.closeAllConnections();
      await stopped;
    },
  };
}

type Replica = Awaited<ReturnType<typeof startReplica>>;

const healthOf = ({ deployments }: EntityDeployments, name: string) =>
  deployments.find(one => one.name === name)?.health.status;

/** What a browser sees that asks only when a signal names what it shows. */
function browserOf(replica: Replica) {
  const { heard } = replica.listener;
  let answer: EntityDeployments | undefined;
  let at = 0;
  return {
    heard,
    see: async (): Promise<EntityDeployments> => {
      answer ??= await replica.read();
      const news = heard.slice(at);
      at = heard.length;
      if (news.some(({ text }) => text.includes(answer!.changeKey))) {
        answer = await replica.read();
      }
      return answer;
    },
  };
}

describe.each(databases.eachSupportedId())('signals on %p', id => {
  let simulator: RunningSimulator;
  let replicas: Replica[];
  const connections: Knex[] = [];

  beforeAll(async () => {
    simulator = await startSimulator({ timeScale: 10 });
    const knex = {
      'argocd-hub': await databases.init(id),
      events: await databases.init(id),
    };
    replicas = [await startReplica(simulator.hub, knex)];
    if (id !== 'SQLITE_3') {
      // SQLite serves one process.
      const another = Object.fromEntries(
        Object.entries(knex).map(([plugin, { client }]) => {
          const connection = createKnex(client.config);
          connections.push(connection);
          return [plugin, connection];
        }),
      );
      replicas.push(await startReplica(simulator.hub, another));
    }
    await until(
      async () =>
        (await replicas[0].read()).deployments?.length === 3 &&
        (await replicas.at(-1)!.read()).deployments?.length === 3,
      30_000,
    );
  });

  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    for (const connection of connections) await connection.destroy();
    await simulator.stop();
  });

  async function setHealth(name: string, status: string) {
    await fetch(`${simulator.control.url}/applications/${name}/health`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status }),
    });
  }

  it('tell browsers at every replica, who ask when they are named and never else', async () => {
    const browsers = replicas.map(browserOf);
    for (const browser of browsers) await browser.see();
    for (const health of ['Degraded', 'Healthy', 'Degraded', 'Healthy']) {
      await setHealth('agent-prod', health);
      for (const browser of browsers) {
        const seen = until(async () => {
          const shown = healthOf(await browser.see(), 'agent-prod');
          return shown === health && shown;
        }, 5_000);
        expect(await seen).toBe(health);
      }
    }
  });

  it('come at most once a second and name nobody, however much changes', async () => {
    for (const { listener } of replicas) listener.heard.length = 0;
    for (let turn = 0; turn < 40; turn += 1) {
      const status = turn % 2 ? 'Healthy' : 'Degraded';
      await setHealth(`agent-${['prod', 'dr', 'staging'][turn % 3]}`, status);
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    await new Promise(resolve => setTimeout(resolve, 2_000));
    for (const { listener } of replicas) {
      const { heard } = listener;
      expect(heard.length).toBeGreaterThan(2);
      for (const { text } of heard) expect(text).toMatch(MESSAGE);
      const keys = heard.map(({ text }) => JSON.parse(text).message.changeKeys);
      expect(new Set(keys.flat())).toEqual(
        new Set([(await replicas[0].read()).changeKey]),
      );
      const first = heard[0].at;
      const last = heard.at(-1)!.at;
      // Each may be late by a little; that is made up for by none.
      expect(heard.length - 1).toBeLessThanOrEqual(
        (last - first) / 1_000 + 0.2,
      );
    }
  });
});
