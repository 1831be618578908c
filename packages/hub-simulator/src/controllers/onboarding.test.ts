import { Fixture } from '../testing/Fixture';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
const subjects = [
  { kind: 'ServiceAccount', name: 'hub', namespace: 'argocd-access' },
];

describe('a cluster that joins with limited rights', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await Fixture.start();
  });
  afterEach(() => fixture.stop());

  const post = (path: string, body: object) =>
    fixture.kubernetes('perf', path, { method: 'POST', body });

  /** A service account that reads everything and may write in `agent` alone. */
  const account = async (writes: boolean) => {
    for (const name of ['argocd-access', 'agent']) {
      await post('/api/v1/namespaces', { metadata: { name } });
    }
    const accounts = '/api/v1/namespaces/argocd-access/serviceaccounts';
    await post(accounts, { metadata: { name: 'hub' } });
    const roleRef = (kind: string) => ({
      apiGroup: 'rbac.authorization.k8s.io',
      kind,
      name: 'hub',
    });
    await post(`${RBAC}/clusterroles`, {
      ...rbac,
      metadata: { name: 'hub' },
      rules: [
        { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
      ],
    });
    await post(`${RBAC}/clusterrolebindings`, {
      metadata: { name: 'hub' },
      roleRef: roleRef('ClusterRole'),
      subjects,
    });
    if (writes) {
      await post(`${RBAC}/namespaces/agent/roles`, {
        metadata: { name: 'hub' },
        rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
      });
      await post(`${RBAC}/namespaces/agent/rolebindings`, {
        metadata: { name: 'hub' },
        roleRef: roleRef('Role'),
        subjects,
      });
    }
    const { body } = await post(`${accounts}/hub/token`, { spec: {} });
    return body.status.token as string;
  };
  const register = (bearerToken: string) => {
    const { url, caData } = fixture.spoke('perf');
    return fixture.hub('/api/v1/clusters', {
      method: 'POST',
      body: {
        server: url,
        name: 'perf',
        labels: { env: 'perf', region: 'us-west', 'deploy.agent': 'true' },
        config: { bearerToken, tlsClientConfig: { caData } },
      },
    });
  };

  it('gets its application, Synced and Healthy', async () => {
    expect((await register(await account(true))).status).toBe(200);
    const app = await fixture.waitFor(
      'agent-perf',
      ({ status }) => status.health.status === 'Healthy' && !!status.history,
    );
    expect(app.status.sync.status).toBe('Synced');
    expect(app.status.summary.externalURLs).toEqual([
      'https://agent-perf.example.com',
    ]);
    expect(app.metadata.annotations).toEqual({
      'backstage.io/entity-ref': 'component:default/agent',
    });
  });

  it('gets an application that fails where it may not write', async () => {
    expect((await register(await account(false))).status).toBe(200);
    const app = await fixture.waitFor(
      'agent-perf',
      ({ status }) => status.operationState?.phase === 'Failed',
    );
    expect(app.status.operationState?.message).toMatch(
      'cannot create resource "serviceaccounts" in API group "" in the namespace "agent"',
    );
    expect(app.status.health.status).toBe('Missing');
  });

  it('F10.3.3 fails the whole cache when one kind may not be listed', async () => {
    const token = await account(true);
    await fixture.kubernetes('perf', `${RBAC}/clusterroles/hub`, {
      method: 'PUT',
      body: {
        metadata: { name: 'hub' },
        rules: [{ apiGroups: ['apps'], resources: ['*'], verbs: ['list'] }],
      },
    });
    await register(token);
    const app = await fixture.waitFor(
      'agent-perf',
      ({ status }) => status.sync.status === 'Unknown',
    );
    expect(app.status.conditions?.[0].type).toBe('ComparisonError');
    expect(app.status.conditions?.[0].message).toMatch(
      /failed to load initial state of resource \w+: \w+ is forbidden/,
    );
  });
});
