import { discoveryApiRef, fetchApiRef } from '@backstage/core-plugin-api';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import { ArgocdHubClient } from 'backstage-plugin-argocd-hub-common';
import { Route, Routes } from 'react-router-dom';
import { STATES } from '../dev/fixtures/states';
import {
  argocdHubApiRef,
  argocdHubPlugin,
  EntityArgocdHubContent,
} from './legacy';
import { FakeBackend } from '../dev/testing/backend';
import { agent } from '../dev/testing/renderTab';

describe('legacy', () => {
  it('shows the same tab in an app on the legacy frontend system', async () => {
    const backend = new FakeBackend(STATES['prod-unreachable'] as never);
    const client = new ArgocdHubClient({
      discoveryApi: { getBaseUrl: async id => `http://backend/api/${id}` },
      fetchApi: backend,
    });
    await renderInTestApp(
      <TestApiProvider
        apis={[
          [argocdHubApiRef, client],
          [
            permissionApiRef,
            { authorize: async () => ({ result: AuthorizeResult.ALLOW }) },
          ],
        ]}
      >
        <EntityProvider entity={agent}>
          <Routes>
            <Route path="/" element={<EntityArgocdHubContent />} />
          </Routes>
        </EntityProvider>
      </TestApiProvider>,
      { mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef } },
    );
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

  it('brings a client of its own', () => {
    const [factory] = [...argocdHubPlugin.getApis()];
    expect(factory.api).toBe(argocdHubApiRef);
    expect(Object.values(factory.deps)).toEqual([discoveryApiRef, fetchApiRef]);
  });
});
