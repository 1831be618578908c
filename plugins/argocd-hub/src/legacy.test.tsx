import type { Entity } from '@backstage/catalog-model';
import {
  configApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  mockApis,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import { ArgocdHubClient } from 'backstage-plugin-argocd-hub-common';
import { Route, Routes } from 'react-router-dom';
import { cluster, deployment } from '../dev/fixtures/build';
import { STATES } from '../dev/fixtures/states';
import {
  argocdHubApiRef,
  argocdHubPlugin,
  EntityArgocdHubClusterContent,
  EntityArgocdHubContent,
  isArgocdHubCluster,
} from './legacy';
import { FakeBackend } from '../dev/testing/backend';
import { agent, prod } from '../dev/testing/renderTab';

/** A tab on the page of an entity, in an app on the legacy frontend system. */
async function renderLegacy(options: {
  backend: FakeBackend;
  entity: Entity;
  tab: JSX.Element;
}) {
  const { backend, entity, tab } = options;
  const client = new ArgocdHubClient({
    discoveryApi: { getBaseUrl: async id => `http://backend/api/${id}` },
    fetchApi: backend,
  });
  const authorize = async () => ({ result: AuthorizeResult.ALLOW });
  const config = mockApis.config({ data: { permission: { enabled: true } } });
  await renderInTestApp(
    <TestApiProvider
      apis={[
        [argocdHubApiRef, client],
        [configApiRef, config],
        [permissionApiRef, { authorize }],
      ]}
    >
      <EntityProvider entity={entity}>
        <Routes>
          <Route path="/" element={tab} />
        </Routes>
      </EntityProvider>
    </TestApiProvider>,
    { mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef } },
  );
}

describe('legacy', () => {
  it('shows the same tab in an app on the legacy frontend system', async () => {
    await renderLegacy({
      backend: new FakeBackend(STATES['prod-unreachable'] as never),
      entity: agent,
      tab: <EntityArgocdHubContent />,
    });
    expect(
      await screen.findByRole('heading', {
        name: 'Healthy on 2 of 3 clusters; prod has been unreachable for 12 min',
      }),
    ).toBeInTheDocument();
    expect(screen.getAllByRole('rowheader')).toHaveLength(3);
    expect(
      screen.getByRole('link', { name: 'Add a cluster' }).getAttribute('href'),
    ).toMatch(/^\/create\/templates\/default\/onboard-spoke\?formData=/);
  });

  it('shows what runs on a cluster', async () => {
    const backend = new FakeBackend(path =>
      path.endsWith('/deployments')
        ? { items: [{ ...deployment('prod'), entities: [] }] }
        : cluster('prod'),
    );
    await renderLegacy({
      backend,
      entity: prod,
      tab: <EntityArgocdHubClusterContent />,
    });
    expect(
      await screen.findByRole('heading', { name: 'prod answers' }),
    ).toBeInTheDocument();
    expect(screen.getByRole('rowheader')).toHaveTextContent('agent-prod');
  });

  it.each<[string, Entity, boolean]>([
    ['a cluster of a hub', prod, true],
    ['a component', agent, false],
    [
      'a cluster of which no hub knows',
      { ...prod, metadata: { name: 'prod' } },
      false,
    ],
    ['another resource', { ...prod, spec: { type: 'database' } }, false],
  ])('tells that %s is one: %#', (_, entity, expected) => {
    expect(isArgocdHubCluster(entity)).toBe(expected);
  });

  it('brings a client of its own', () => {
    const [factory] = [...argocdHubPlugin.getApis()];
    expect(factory.api).toBe(argocdHubApiRef);
    expect(Object.values(factory.deps)).toEqual([discoveryApiRef, fetchApiRef]);
  });
});
