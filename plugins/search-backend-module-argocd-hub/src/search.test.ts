import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import {
  AuthorizeResult,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  type PermissionPolicy,
  ServerPermissionClient,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import request from 'supertest';
import searchModule from '.';

jest.setTimeout(60_000);

const OWNER = 'user:default/owner';
const STRANGER = 'user:default/stranger';
const PLATFORM = 'user:default/platform';

const ENTITIES = [
  entity('agent', OWNER, {
    annotations: {
      'argocd-hub/clusters': 'dr,galileo',
      'argocd-hub/environments': 'prod,dr',
    },
  }),
  entity('billing', STRANGER, {
    annotations: { 'argocd-hub/clusters': 'galileo' },
  }),
  entity('website', OWNER, {}),
  entity(
    'galileo',
    PLATFORM,
    {
      annotations: {
        'argocd-hub/hub': 'main',
        'argocd-hub/cluster': 'galileo',
        'kubernetes.io/api-server': 'https://10-1-2-3.k8s.example.com',
      },
      labels: { region: 'frankfurt' },
    },
    'Resource',
  ),
];

function entity(
  name: string,
  owner: string,
  { annotations, ...metadata }: Partial<Entity['metadata']>,
  kind = 'Component',
): Entity {
  const location = 'url:http://example.com';
  return {
    ...{ apiVersion: 'backstage.io/v1alpha1', kind },
    metadata: {
      ...{ name, ...metadata },
      annotations: {
        ...annotations,
        'backstage.io/managed-by-location': location,
        'backstage.io/managed-by-origin-location': location,
      },
    },
    spec: { type: 'service', owner, lifecycle: 'production' },
  };
}

/** Of entities everyone reads their own. */
const policy: PermissionPolicy = {
  async handle({ permission }, user) {
    return isResourcePermission(permission, 'catalog-entity')
      ? createCatalogConditionalDecision(
          permission,
          catalogConditions.isEntityOwner({
            claims: user?.info.ownershipEntityRefs ?? [],
          }),
        )
      : { result: AuthorizeResult.ALLOW };
  },
};

const policyModule = createBackendModule({
  pluginId: 'permission',
  moduleId: 'policy-of-test',
  register(reg) {
    reg.registerInit({
      deps: { extension: policyExtensionPoint },
      async init({ extension }) {
        extension.setPolicy(policy);
      },
    });
  },
});

let closeDatabase: () => Promise<void>;

const entities = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'entities-of-test',
  register(reg) {
    reg.registerInit({
      deps: {
        processing: catalogProcessingExtensionPoint,
        database: coreServices.database,
      },
      async init({ processing, database }) {
        const knex = await database.getClient();
        closeDatabase = () => knex.destroy();
        processing.addEntityProvider({
          getProviderName: () => 'entities-of-test',
          connect: connection =>
            connection.applyMutation({
              type: 'full',
              entities: ENTITIES.map(it => ({ entity: it })),
            }),
        });
      },
    });
  },
});

/** Tokens of tests forget which plugin asks for a user, which permissions ask for. */
const authWithActors = createServiceFactory({
  service: coreServices.auth,
  deps: { plugin: coreServices.pluginMetadata },
  factory: ({ plugin }) => {
    const pluginId = plugin.getId();
    const auth = mockServices.auth({
      pluginId,
      disableDefaultAuthPolicy: false,
    });
    const getPluginRequestToken = auth.getPluginRequestToken.bind(auth);
    auth.getPluginRequestToken = async options => {
      const { onBehalfOf } = options;
      return auth.isPrincipal(onBehalfOf, 'user')
        ? {
            token: mockCredentials.user.token(
              onBehalfOf.principal.userEntityRef,
              { actor: { subject: `plugin:${pluginId}` } },
            ),
          }
        : getPluginRequestToken(options);
    };
    return auth;
  },
});

/** Search, catalog and permissions as they run together. */
async function start() {
  const scheduler = mockServices.scheduler();
  const backend = await startTestBackend({
    features: [
      import('@backstage/plugin-catalog-backend'),
      import('@backstage/plugin-permission-backend'),
      import('@backstage/plugin-search-backend'),
      import('@backstage/plugin-search-backend-module-catalog'),
      searchModule,
      entities,
      policyModule,
      authWithActors,
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      createServiceFactory({
        service: coreServices.permissions,
        deps: {
          auth: coreServices.auth,
          config: coreServices.rootConfig,
          discovery: coreServices.discovery,
        },
        factory: ({ config, ...services }) =>
          ServerPermissionClient.fromConfig(config, services),
      }),
      mockServices.rootConfig.factory({
        data: { permission: { enabled: true } },
      }),
    ],
  });

  async function search(term: string, as: string) {
    return request(backend.server)
      .get('/api/search/query')
      .query({ term })
      .set('Authorization', as);
  }

  return {
    async stop() {
      await backend.stop();
      await closeDatabase(); // a backend leaves it open, which keeps Jest alive
    },
    search,
    /** Names of what a user finds. */
    async finds(user: string, term: string): Promise<string[]> {
      const found = await search(term, mockCredentials.user.header(user));
      expect(found.status).toBe(200);
      return found.body.results
        .map((result: any) => result.document.title)
        .sort();
    },
    async index() {
      const deadline = Date.now() + 20_000;
      for (;;) {
        const { body } = await request(backend.server)
          .get('/api/catalog/entities')
          .set('Authorization', mockCredentials.service.header());
        if (body.length === ENTITIES.length) break;
        if (Date.now() > deadline) throw new Error('The catalog is not ready');
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      await scheduler.triggerTask('search_index_software_catalog');
    },
  };
}

describe('a search', () => {
  let on: Awaited<ReturnType<typeof start>>;

  beforeAll(async () => {
    on = await start();
    await on.index();
  });

  afterAll(() => on.stop());

  it.each([
    { user: OWNER, term: 'galileo', found: ['agent'] },
    { user: STRANGER, term: 'galileo', found: ['billing'] },
    { user: PLATFORM, term: 'galileo', found: ['galileo'] },
    { user: PLATFORM, term: 'frankfurt', found: ['galileo'] },
    { user: PLATFORM, term: 'main', found: ['galileo'] },
    { user: PLATFORM, term: 'k8s', found: ['galileo'] },
    { user: OWNER, term: 'frankfurt', found: [] },
    { user: OWNER, term: 'website', found: ['website'] },
    { user: 'user:default/nobody', term: 'galileo', found: [] },
  ])('of $user for $term finds $found', async ({ user, term, found }) => {
    expect(await on.finds(user, term)).toEqual(found);
  });

  it('is not answered without credentials', async () => {
    const { status } = await on.search(
      'galileo',
      mockCredentials.none.header(),
    );
    expect(status).toBe(401);
  });
});
