import { createDevApp } from '@backstage/frontend-dev-utils';
import {
  ApiBlueprint,
  createFrontendModule,
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { Link } from '@backstage/ui';
import plugin, { argocdHubApiRef } from '../src';
import { EntityClusters } from '../src/components/EntityClusters/EntityClusters';
import { FakeClient } from './FakeClient';
import { STATES } from './fixtures/states';

const wanted = new URLSearchParams(window.location.search).get('state');
const state = wanted && wanted in STATES ? wanted : 'healthy';

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'agent', namespace: 'default' },
  spec: { type: 'service', owner: 'guests', lifecycle: 'production' },
};

/** The tab in one of its states, and a way to the others: `?state=hub-down`. */
const Page = () => (
  <main style={{ padding: 16 }}>
    <nav
      style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBottom: 24 }}
    >
      {Object.keys(STATES).map(name => (
        <Link
          key={name}
          href={`?state=${name}`}
          onClick={() => window.location.assign(`?state=${name}`)}
        >
          {name}
        </Link>
      ))}
    </nav>
    <EntityProvider entity={entity}>
      <EntityClusters />
    </EntityProvider>
  </main>
);

const devPlugin = createFrontendPlugin({
  pluginId: 'dev',
  extensions: [
    PageBlueprint.make({
      name: 'tab',
      params: { path: '/', noHeader: true, loader: async () => <Page /> },
    }),
    PageBlueprint.make({
      name: 'entity',
      params: {
        path: '/catalog/:namespace/:kind/:name',
        routeRef: entityRouteRef,
        noHeader: true,
        loader: async () => <Page />,
      },
    }),
  ],
});

const fakeClient = createFrontendModule({
  pluginId: 'argocd-hub',
  extensions: [
    ApiBlueprint.make({
      name: 'client',
      params: defineParams =>
        defineParams({
          api: argocdHubApiRef,
          deps: {},
          factory: () => new FakeClient(STATES[state]),
        }),
    }),
  ],
});

createDevApp({ features: [plugin, fakeClient, devPlugin] });
