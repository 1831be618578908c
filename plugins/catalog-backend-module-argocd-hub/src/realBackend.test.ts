import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { startSimulator, type RunningSimulator } from 'hub-simulator';
import createKnex, { type Knex } from 'knex';
import request from 'supertest';
import catalogModule from '.';
import { eventually, settle } from './__testUtils__/eventually';
import { foreignEntities } from './__testUtils__/foreignEntities';
import { component } from './__testUtils__/startCatalog';

jest.setTimeout(120_000);

const AGENT = 'component/default/agent';
const SPOKES = ['dr', 'prod', 'staging'];

let simulator: RunningSimulator;
const databases: Knex[] = [];

beforeEach(async () => {
  simulator = await startSimulator();
});

afterEach(async () => {
  await simulator.stop();
  await Promise.all(databases.splice(0).map(knex => knex.destroy()));
});

function memory(): Knex {
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
  databases.push(knex);
  return knex;
}

/** Catalog, this module and the backend of Argo CD Hub as they run together, but for the clock. */
async function start(options: { catalog: Knex; hub: Knex }) {
  const scheduler = mockServices.scheduler();
  const { url, token } = simulator.hub;
  const backend = await startTestBackend({
    features: [
      import('@backstage/plugin-catalog-backend'),
      // The real one: this tests them together, as they are installed.
      // eslint-disable-next-line @backstage/no-mixed-plugin-imports
      import('backstage-plugin-argocd-hub-backend'),
      catalogModule,
      foreignEntities([
        component('agent', { 'argocd/app-selector': 'app=agent' }),
      ]),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      createServiceFactory({
        service: coreServices.database,
        deps: { plugin: coreServices.pluginMetadata },
        factory: ({ plugin }) => ({
          getClient: async () =>
            plugin.getId() === 'catalog' ? options.catalog : options.hub,
        }),
      }),
      mockServices.rootConfig.factory({
        data: {
          catalog: { processingInterval: { seconds: 1 } },
          argocdHub: {
            hubs: [{ name: 'main', url, token }],
            environments: ['staging', 'prod', 'dr'],
            catalog: { dependsOn: true },
          },
        },
      }),
    ],
  });
  return {
    stop: () => backend.stop(),
    async tick() {
      await scheduler.triggerTask('argocd-hub-clusters-main');
      await scheduler.triggerTask('argocd-hub-placements');
    },
    async entity(ref: string) {
      const path = `/api/catalog/entities/by-name/${ref}`;
      const { status, body } = await request(backend.server).get(path);
      return status === 200 ? body : undefined;
    },
  };
}

type Started = Awaited<ReturnType<typeof start>>;

async function everything(on: Started) {
  return Promise.all(
    [AGENT, ...SPOKES.map(name => `resource/default/${name}`)].map(ref =>
      on.entity(ref),
    ),
  );
}

it('writes what a hub tells, and nothing new while it is down or after a restart with nothing', async () => {
  const catalog = memory();
  const first = await start({ catalog, hub: memory() });
  await eventually(async () => {
    await first.tick();
    const agent = await first.entity(AGENT);
    expect(agent.metadata.annotations).toMatchObject({
      'argocd-hub/clusters': 'dr,prod,staging',
      'argocd-hub/environments': 'staging,prod,dr',
    });
    expect(agent.relations).toEqual(
      expect.arrayContaining(
        SPOKES.map(name => ({
          type: 'dependsOn',
          targetRef: `resource:default/${name}`,
        })),
      ),
    );
    const prod = await first.entity('resource/default/prod');
    expect(prod).toMatchObject({
      metadata: { annotations: { 'argocd-hub/hub': 'main' } },
      relations: expect.arrayContaining([
        { type: 'dependencyOf', targetRef: 'component:default/agent' },
      ]),
    });
  });
  await settle();
  const before = await everything(first);

  const { url } = simulator.control;
  await fetch(`${url}/hub/break`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ how: 'refused' }),
  });
  await first.tick();
  await settle();
  expect(await everything(first)).toEqual(before);
  await first.stop();

  // Not even the last known state is left, and the hub is still away.
  const second = await start({ catalog, hub: memory() });
  await second.tick();
  await settle();
  await second.tick();
  await settle();
  expect(await everything(second)).toEqual(before);
  await second.stop();
});
