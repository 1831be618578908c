import { Fixture, until } from '../../testing/Fixture';

const CLUSTERS = '/api/v1/clusters';
const MANAGER = '/api/v1/namespaces/kube-system/serviceaccounts/argocd-manager';
const SECRETS = '/api/v1/namespaces/kube-system/secrets';
const OLD = 'argocd-manager-long-lived-token';

describe('rotating the token of a cluster', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({ timeScale: 30 });
  });
  afterAll(() => fixture.stop());

  const rotate = (name: string, options = {}) =>
    fixture.hub(`${CLUSTERS}/${name}/rotate-auth?id.type=name`, {
      method: 'POST',
      ...options,
    });
  const put = (name: string, config: object) =>
    fixture.hub(`${CLUSTERS}/${name}?id.type=name&updatedFields=config`, {
      method: 'PUT',
      body: { config },
    });
  const tokenSecrets = async (spoke: string): Promise<string[]> => {
    const { body } = await fixture.kubernetes(spoke, SECRETS);
    return body.items
      .filter(
        (each: { type: string }) =>
          each.type === 'kubernetes.io/service-account-token',
      )
      .map((each: { metadata: { name: string } }) => each.metadata.name);
  };

  it('F1.3.10 and F10.3.4 replace the token, its Secret and the reference to it', async () => {
    const { body: account } = await fixture.kubernetes('prod', MANAGER);
    await fixture.kubernetes('prod', MANAGER, {
      method: 'PUT',
      body: { ...account, secrets: [{ name: OLD }, { name: 'another' }] },
    });
    const { status, text } = await rotate('prod');
    expect([status, text]).toEqual([200, '{}']);
    const made = await tokenSecrets('prod');
    expect(made).toEqual([
      expect.stringMatching(/^argocd-manager-long-lived-\w+$/),
    ]);
    expect(made).not.toContain(OLD);
    const { body: changed } = await fixture.kubernetes('prod', MANAGER);
    expect(changed.secrets).toEqual([{ name: 'another' }, { name: made[0] }]);
    // The controller soon reads the cluster with the new token.
    await until(async () => {
      const { body } = await fixture.hub(`${CLUSTERS}/prod?id.type=name`);
      const { lastCacheSyncTime } = body.info.cacheInfo;
      return body.connectionState.status === 'Successful' && lastCacheSyncTime;
    });
    // What is stored now lets Argo CD in, and can itself be rotated.
    expect((await rotate('prod')).status).toBe(200);
  });

  it('F1.3.10 needs the right to update', async () => {
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, get, *, allow',
    });
    const { status, body } = await rotate('staging');
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, *, *, allow',
    });
    expect([status, body.message]).toEqual([403, 'permission denied']);
  });

  it('F1.3.10 leaves a spare token Secret when it is cut short', async () => {
    const { status, body } = await rotate('staging', {
      headers: { 'Grpc-Timeout': '15m' },
    });
    expect([status, body.message]).toEqual([504, 'context deadline exceeded']);
    const secrets = await until(async () => {
      const found = await tokenSecrets('staging');
      return found.length === 2 && found;
    });
    expect(secrets).toContain(OLD);
  });

  it('F1.3.10 refuses clusters without a bearer token', async () => {
    const { url, caData } = fixture.spoke('dr');
    await put('dr', { tlsClientConfig: { caData } });
    const { status, body } = await fixture.hub(
      `${CLUSTERS}/${encodeURIComponent(url)}/rotate-auth`,
      { method: 'POST' },
    );
    expect([status, body.code, body.message]).toEqual([
      400,
      3,
      `Cluster '${url}' does not use bearer token authentication`,
    ]);
  });

  it('F1.3.10 cannot rotate the token of a TokenRequest', async () => {
    const { caData } = fixture.spoke('dr');
    const { body: request } = await fixture.kubernetes(
      'dr',
      `${MANAGER}/token`,
      {
        method: 'POST',
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {},
        },
      },
    );
    await put('dr', {
      bearerToken: request.status.token,
      tlsClientConfig: { caData },
    });
    const { status, body } = await rotate('dr');
    expect([status, body.code, body.message]).toEqual([
      500,
      2,
      'failed to generate new cluster manager secret: resource name may not be empty',
    ]);
    await put('dr', { tlsClientConfig: { caData } });
  });

  it('F10.3.4 fails where the token may not read Secrets', async () => {
    await fixture.kubernetes(
      'staging',
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/argocd-manager-role-binding',
      { method: 'DELETE' },
    );
    const { status, body } = await rotate('staging');
    expect([status, body.code]).toEqual([403, 7]);
    expect(body.message).toMatch(
      /^failed to generate new cluster manager secret: secrets "argocd-manager-long-lived-token" is forbidden: User "system:serviceaccount:kube-system:argocd-manager" cannot get resource "secrets"/,
    );
  });
});
