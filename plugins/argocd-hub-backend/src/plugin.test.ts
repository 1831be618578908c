import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { startSimulator } from 'hub-simulator';
import createKnex, { type Knex } from 'knex';
import request from 'supertest';
import { argocdHubPlugin } from './plugin';

jest.setTimeout(60_000);

let knex: Knex;

beforeEach(() => {
  knex = createKnex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
});

afterEach(async () => {
  await knex.destroy();
});

async function startBackend(hub: object) {
  return startTestBackend({
    features: [
      argocdHubPlugin,
      mockServices.database.factory({ knex }),
      catalogServiceMock.factory({ entities: [] }),
      mockServices.rootConfig.factory({
        data: { argocdHub: { hubs: [{ name: 'main', ...hub }] } } as any,
      }),
    ],
  });
}

describe('argocdHubPlugin', () => {
  it('serves what a hub tells', async () => {
    const { hub, stop } = await startSimulator();
    const backend = await startBackend(hub);
    const { server } = backend;
    try {
      for (let tries = 0; tries < 100; tries++) {
        const { body } = await request(server).get('/api/argocd-hub/hubs');
        if (body.items[0].complete) {
          break;
        }
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      const { body } = await request(server).get('/api/argocd-hub/hubs');
      expect(body.items).toEqual([
        expect.objectContaining({
          name: 'main',
          freshness: 'live',
          complete: true,
          applications: 3,
          clusters: 3,
        }),
      ]);
    } finally {
      await backend.stop();
      await stop();
    }
  });

  it('starts while its hub is away', async () => {
    const backend = await startBackend({
      url: 'http://127.0.0.1:1',
      token: 'abc',
    });
    const { status, body } = await request(backend.server).get(
      '/api/argocd-hub/hubs',
    );
    expect(status).toBe(200);
    expect(body.items[0]).toMatchObject({ name: 'main', complete: false });
    await backend.stop();
  });

  it('starts without a hub that nothing is known of to sign in with, and says so', async () => {
    const backend = await startBackend({ url: 'http://127.0.0.1:1' });
    const hub = async () => {
      const { body } = await request(backend.server).get(
        '/api/argocd-hub/hubs',
      );
      return body.items[0];
    };
    try {
      for (let tries = 0; tries < 100 && !(await hub()).lastError; tries++) {
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      expect(await hub()).toMatchObject({
        name: 'main',
        complete: false,
        freshness: 'down',
        lastError: {
          class: 'auth',
          message: expect.stringContaining('token or password is missing'),
        },
      });
    } finally {
      await backend.stop();
    }
  });

  it('does not start with a configuration that is wrong, and names the key', async () => {
    await expect(startBackend({ url: 'argocd' })).rejects.toThrow(
      /argocdHub\.hubs\[0\]\.url/,
    );
  });
});
