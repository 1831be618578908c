import { createBackend } from '@backstage/backend-defaults';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';

// The plugin alone, with everyone let in, an empty database in memory and the
// entities below. It reads `argocdHub` of app-config: start a hub first
// (`npm run simulator`), and set ARGOCD_HUB_URL and ARGOCD_HUB_TOKEN.
//
//   curl http://localhost:7007/api/argocd-hub/hubs
//   curl http://localhost:7007/api/argocd-hub/entities/component/default/agent/deployments

const backend = createBackend();

backend.add(mockServices.auth.factory());
backend.add(mockServices.httpAuth.factory());
backend.add(
  catalogServiceMock.factory({
    entities: [
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name: 'agent',
          annotations: { 'argocd-hub/applicationset': 'agent-multi-cluster' },
        },
        spec: { type: 'service', owner: 'group:default/guests' },
      },
    ],
  }),
);
backend.add(import('../src'));

backend.start();
